// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

/**
 * What is needed lies in object storage and has not been fetched (SPEC row TK6: NEED_BLOCK). Who catches it has the range
 * fetched and tries again, or does without. No stack trace: this is the way of every cold page, not a fault.
 */
public final class ColdBlockException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ColdRange range;

    public ColdBlockException(ColdRange range) {
        super("not fetched yet", null, false, false);
        this.range = range;
    }

    /** What is needed. */
    public ColdRange range() {
        return range;
    }
}
