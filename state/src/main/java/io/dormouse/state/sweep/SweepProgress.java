// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.sweep;

/** Hears how far a sweep has come; called by several threads. */
@FunctionalInterface
public interface SweepProgress {
    /** Nobody listens. */
    SweepProgress NONE = (what, done, total) -> {};

    /**
     * Some more is done.
     *
     * @param what in words
     * @param total 0 = not known
     */
    void at(String what, long done, long total);
}
