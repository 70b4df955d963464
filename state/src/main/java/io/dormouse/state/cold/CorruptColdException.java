// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import java.io.IOException;

/** Bytes from object storage are not those that were written there. */
public final class CorruptColdException extends IOException {
    private static final long serialVersionUID = 1L;

    public CorruptColdException(String message) {
        super(message);
    }
}
