// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.page;

import java.io.IOException;

/** The bytes of a stored page are not what was written, or were written by a version that this one cannot read. */
public final class CorruptPageException extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean intact;

    public CorruptPageException(String message) {
        this(message, false);
    }

    /** @param intact whether the bytes are what was written, so that another reader could read them */
    CorruptPageException(String message, boolean intact) {
        super(message);
        this.intact = intact;
    }

    /** Whether the bytes are what was written, and it is this reader that cannot read them: its version or profile. */
    public boolean intact() {
        return intact;
    }
}
