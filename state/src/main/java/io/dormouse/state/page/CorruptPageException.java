// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.page;

import java.io.IOException;

/** The bytes of a stored page are not what was written, or were written by a version that this one cannot read. */
public final class CorruptPageException extends IOException {
    private static final long serialVersionUID = 1;

    public CorruptPageException(String message) {
        super(message);
    }
}
