// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.policy;

/** A cache of keys, one unit each, that a trace is played through. */
interface TraceCache {
    /**
     * Asks for a key; a key that is not held is fetched, and may take the place of another.
     *
     * @param key from 0 to the trace's number of keys - 1
     * @return whether it was held
     */
    boolean access(int key);
}
