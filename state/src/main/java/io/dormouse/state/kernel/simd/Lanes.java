// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel.simd;

import java.util.Arrays;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Constants with which the sums of several rows are added up together: two registers are blended into one, half of the
 * lanes from each, and added to their other halves; again with quarters, and so on, until every lane or pair of lanes holds
 * the sum of one row. Adding up a register by itself is a chain of additions as long as the register (on JDK 17), which
 * costs more than scoring a row of 128 dimensions.
 */
final class Lanes {
    private Lanes() {}

    /** The lanes whose index has a bit. */
    static <E> VectorMask<E> with(VectorSpecies<E> species, int bit) {
        boolean[] lanes = new boolean[species.length()];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = (i & bit) != 0;
        }
        return VectorMask.fromArray(species, lanes, 0);
    }

    /** Exchanges the lanes whose indexes differ in a bit; a bit beyond the species changes nothing. */
    static <E> VectorShuffle<E> swap(VectorSpecies<E> species, int bit) {
        int[] source = new int[species.length()];
        for (int i = 0; i < source.length; i++) {
            source[i] = (i ^ bit) % source.length;
        }
        return VectorShuffle.fromArray(species, source, 0);
    }

    /** A weight as often as there are lanes, then zeros: read from {@code lanes - n} on, it is that of the first n lanes. */
    static float[] first(int lanes, float weight) {
        float[] weights = new float[2 * lanes];
        Arrays.fill(weights, 0, lanes, weight);
        return weights;
    }
}
