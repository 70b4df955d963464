// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.fault;

/** A crash that somebody asked for: see {@link FaultPoint}. */
public final class InjectedCrash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InjectedCrash(FaultPoint point) {
        super("injected crash at fault point " + point);
    }
}
