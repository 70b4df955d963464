// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index.probe;

/** Numbers of neighbours that are calibrated together: the nearest one is more often in the first page than the tenth. */
final class KClass {
    static final int COUNT = 3;

    private static final int FEW_MAX = 3;
    private static final int SOME_MAX = 31;

    private KClass() {}

    /** The class of a k, from 0. */
    static int of(int k) {
        return k <= FEW_MAX ? 0 : k <= SOME_MAX ? 1 : 2;
    }
}
