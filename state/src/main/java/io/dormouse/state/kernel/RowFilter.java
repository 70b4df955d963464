// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/** Says whether a row may be an answer, for instance because it is still the newest version of its item. */
@FunctionalInterface
public interface RowFilter {
    /** Accepts every row. */
    RowFilter ALL = row -> true;

    boolean accepts(long row);
}
