// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.sweep;

import java.io.IOException;
import java.util.Set;

/** From where segments may still be needed: retained checkpoints and registered savepoints. */
public interface SweepRoots {
    /**
     * Looks for roots and reads those that were not read before.
     *
     * @return what all roots refer to that were found by this call or an earlier one
     * @throws IOException when a root cannot be read; names it
     */
    Marks mark() throws IOException;

    /**
     * What roots refer to.
     *
     * @param roots how many they are
     * @param newestMillis when the newest of them was written, since the epoch; {@link Long#MAX_VALUE} without any
     * @param segments names of segments
     */
    record Marks(int roots, long newestMillis, Set<String> segments) {}
}
