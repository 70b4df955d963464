// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel.simd;

import io.dormouse.state.kernel.RotationKernels;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The steps of a rotation in vector instructions. */
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

    @Override
    public void hadamard(float[] vector, int from, int count) {
        withinRegisters(vector, from, count);
        int half = LANES;
        for (; half <= count / 4; half *= 4) {
            for (int i = from; i < from + count; i += 4 * half) {
                twoStages(vector, i, half);
            }
        }
        if (half < count) {
            oneStage(vector, from, half);
        }
    }

    private static void withinRegisters(float[] vector, int from, int count) {
        for (int i = from; i < from + count; i += LANES) {
            FloatVector v = FloatVector.fromArray(FLOATS, vector, i);
            v = v.fma(SIGN_1, v.rearrange(SWAP_1));
            v = v.fma(SIGN_2, v.rearrange(SWAP_2));
            v = LANES > 4 ? v.fma(SIGN_4, v.rearrange(SWAP_4)) : v;
            v = LANES > 8 ? v.fma(SIGN_8, v.rearrange(SWAP_8)) : v;
            v.intoArray(vector, i);
        }
    }

    /** Butterflies of components {@code half} apart and then of those twice as far apart, while they are in registers. */
    private static void twoStages(float[] vector, int from, int half) {
        for (int i = from; i < from + half; i += LANES) {
            FloatVector a = FloatVector.fromArray(FLOATS, vector, i);
            FloatVector b = FloatVector.fromArray(FLOATS, vector, i + half);
            FloatVector c = FloatVector.fromArray(FLOATS, vector, i + 2 * half);
            FloatVector d = FloatVector.fromArray(FLOATS, vector, i + 3 * half);
            FloatVector ab = a.add(b);
            FloatVector cd = c.add(d);
            FloatVector a_b = a.sub(b);
            FloatVector c_d = c.sub(d);
            ab.add(cd).intoArray(vector, i);
            a_b.add(c_d).intoArray(vector, i + half);
            ab.sub(cd).intoArray(vector, i + 2 * half);
            a_b.sub(c_d).intoArray(vector, i + 3 * half);
        }
    }

    private static void oneStage(float[] vector, int from, int half) {
        for (int i = from; i < from + half; i += LANES) {
            FloatVector a = FloatVector.fromArray(FLOATS, vector, i);
            FloatVector b = FloatVector.fromArray(FLOATS, vector, i + half);
            a.add(b).intoArray(vector, i);
            a.sub(b).intoArray(vector, i + half);
        }
    }

    @Override
    public void multiply(float[] vector, float[] weights, int count) {
        for (int i = 0; i < count; i += LANES) {
            FloatVector.fromArray(FLOATS, vector, i)
                    .mul(FloatVector.fromArray(FLOATS, weights, i))
                    .intoArray(vector, i);
        }
    }

    @Override
    public void mixHalves(float[] vector, int count) {
        oneStage(vector, 0, count / 2);
    }
}
