// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.namespace;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.page.Profile;

/** How the code of a namespace is chosen when nobody names one. */
public enum DefaultCode {
    /** By dimension: {@link #RABITQ} from {@value #MANY_DIMENSIONS} on, where its bounds are tight, {@link #INT8} below. */
    AUTO,
    INT8,
    FLOAT32,
    RABITQ,
    PQ;

    static final int MANY_DIMENSIONS = 512;

    /** The code for vectors of a dimension; of itself, it never chooses one that is beyond the profile. */
    public Code choose(int dimension, Profile profile) {
        if (this != AUTO) {
            return Code.valueOf(name());
        }
        return dimension >= MANY_DIMENSIONS && profile.holds(Code.RABITQ) ? Code.RABITQ : Code.INT8;
    }
}
