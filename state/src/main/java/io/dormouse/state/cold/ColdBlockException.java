// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import java.util.List;

/**
 * What is needed lies in object storage and has not been fetched (SPEC row TK6: NEED_BLOCK). Who catches it has the range
 * fetched and tries again, or does without. No stack trace: this is the way of every cold page, not a fault.
 */
public final class ColdBlockException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<ColdRange> ranges;

    public ColdBlockException(ColdRange range) {
        this(List.of(range));
    }

    /** @param ranges what is needed together; none when what is lacking is not a range but the turn to use scratch */
    public ColdBlockException(List<ColdRange> ranges) {
        super("not fetched yet", null, false, false);
        this.ranges = ranges;
    }

    /** What is needed. */
    public List<ColdRange> ranges() {
        return ranges;
    }
}
