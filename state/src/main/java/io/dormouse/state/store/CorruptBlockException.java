// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.store;

/** A stored block is not what was written: wrong magic, version, kind, length or checksum. */
public final class CorruptBlockException extends RuntimeException {
    public CorruptBlockException(String message) {
        super(message);
    }
}
