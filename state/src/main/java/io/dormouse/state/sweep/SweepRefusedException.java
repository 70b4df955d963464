// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.sweep;

/** A sweep that did not begin to take anything away, and why. */
public final class SweepRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    public SweepRefusedException(String message) {
        super(message);
    }

    public SweepRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
