// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.demo;

import java.util.ArrayList;
import java.util.List;

/** What fell short in a demo; empty when all went well. Thread-safe. */
public final class Shortcomings {
    private final List<String> found = new ArrayList<>();

    synchronized void add(String shortcoming) {
        found.add(shortcoming);
    }

    /** Adds a shortcoming of {@code count} when that is above 0. */
    void count(long count, String what) {
        if (count > 0) {
            add(count + " " + what);
        }
    }

    /** All of them, in the order found. */
    public synchronized List<String> found() {
        return List.copyOf(found);
    }
}
