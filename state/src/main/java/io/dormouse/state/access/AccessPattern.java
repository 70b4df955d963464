// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.access;

/** How a page is accessed (SPEC row DP6). */
public enum AccessPattern {
    /** Too few accesses are known. */
    UNKNOWN,
    /** Mostly after the page before it, or before the page after it. */
    SEQUENTIAL,
    /** At equal intervals. */
    PERIODIC,
    /** Many at a time, with long pauses. */
    BURSTY,
    /** At any time, independently of the access before. */
    RANDOM
}
