// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel.simd;

import io.dormouse.state.kernel.RotationKernels;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The rounds of a rotation in vector instructions. */
final class SimdRotation implements RotationKernels {
    private static final VectorSpecies<Float> FLOATS =
            VectorSpecies.of(float.class, VectorShape.forBitSize(SimdProvider.width(MethodHandles.lookup())));
    private static final int LANES = FLOATS.length();

    // Butterflies within a register: each lane adds its partner, and those that are the second of a pair change their
    // own
    // sign before. A register of fewer lanes than 16 does not use the later ones.
    private static final VectorShuffle<Float> SWAP_1 = swap(1);
    private static final VectorShuffle<Float> SWAP_2 = swap(2);
    private static final VectorShuffle<Float> SWAP_4 = swap(4);
    private static final VectorShuffle<Float> SWAP_8 = swap(8);
    private static final FloatVector SIGN_1 = sign(1);
    private static final FloatVector SIGN_2 = sign(2);
    private static final FloatVector SIGN_4 = sign(4);
    private static final FloatVector SIGN_8 = sign(8);

    private static VectorShuffle<Float> swap(int bit) {
        int[] source = new int[LANES];
        for (int i = 0; i < LANES; i++) {
            source[i] = (i ^ bit) % LANES;
        }
        return VectorShuffle.fromArray(FLOATS, source, 0);
    }

    private static FloatVector sign(int bit) {
        float[] signs = new float[LANES];
        for (int i = 0; i < LANES; i++) {
            signs[i] = (i & bit) == 0 ? 1 : -1;
        }
        return FloatVector.fromArray(FLOATS, signs, 0);
    }

    /** One method for the whole round, so that it is compiled by itself. */
    @Override
    public void round(float[] vector, float[] weights, int from, int window, int count) {
        for (int i = 0; i < count; i += LANES) {
            FloatVector.fromArray(FLOATS, vector, i)
                    .mul(FloatVector.fromArray(FLOATS, weights, i))
                    .intoArray(vector, i);
        }
        for (int i = from; i < from + window; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, vector, i);
            v = v.fma(SIGN_1, v.rearrange(SWAP_1));
            v = v.fma(SIGN_2, v.rearrange(SWAP_2));
            v = LANES > 4 ? v.fma(SIGN_4, v.rearrange(SWAP_4)) : v;
            v = LANES > 8 ? v.fma(SIGN_8, v.rearrange(SWAP_8)) : v;
            v.intoArray(vector, i);
        }
        int half = LANES;
        for (; half <= window / 4; half *= 4) {
            for (int first = from; first < from + window; first += 4 * half) {
                for (int i = first; i < first + half; i += LANES) {
                    FloatVector a = FloatVector.fromArray(FLOATS, vector, i);
                    FloatVector b = FloatVector.fromArray(FLOATS, vector, i + half);
                    FloatVector c = FloatVector.fromArray(FLOATS, vector, i + 2 * half);
                    FloatVector d = FloatVector.fromArray(FLOATS, vector, i + 3 * half);
                    FloatVector sumAb = a.add(b);
                    FloatVector sumCd = c.add(d);
                    FloatVector lessAb = a.sub(b);
                    FloatVector lessCd = c.sub(d);
                    sumAb.add(sumCd).intoArray(vector, i);
                    lessAb.add(lessCd).intoArray(vector, i + half);
                    sumAb.sub(sumCd).intoArray(vector, i + 2 * half);
                    lessAb.sub(lessCd).intoArray(vector, i + 3 * half);
                }
            }
        }
        for (int i = from; half < window && i < from + half; i += LANES) {
            FloatVector a = FloatVector.fromArray(FLOATS, vector, i);
            FloatVector b = FloatVector.fromArray(FLOATS, vector, i + half);
            a.add(b).intoArray(vector, i);
            a.sub(b).intoArray(vector, i + half);
        }
        half = count / 2;
        for (int i = 0; window < count && i < half; i += LANES) {
            FloatVector a = FloatVector.fromArray(FLOATS, vector, i);
            FloatVector b = FloatVector.fromArray(FLOATS, vector, i + half);
            a.add(b).intoArray(vector, i);
            a.sub(b).intoArray(vector, i + half);
        }
    }
}
