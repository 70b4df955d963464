// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel.simd;

import io.dormouse.state.kernel.Float32Kernels;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The float32 kernels in vector instructions; {@link SimdProvider} says what all SIMD kernels have in common. Blocks are
 * scored four rows at a time: the rows share every load of the query and their sums do not wait for each other. What is
 * left of a row that does not fill a register is loaded whole: the query is zero there, and what follows the row finite.
 */
final class SimdFloat32 implements Float32Kernels {
    private static final int BITS = SimdProvider.width(MethodHandles.lookup());
    private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, VectorShape.forBitSize(BITS));
    private static final VectorSpecies<Float> FLOATS = BYTES.withLanes(float.class);
    private static final int REGISTER = BYTES.length();
    private static final int LANES = FLOATS.length();

    // How the sums of four rows are added up together: two halves, then two quarters, each time blending two registers
    // into one, until every quarter of one register holds the partial sums of one row. Adding up a register by itself
    // is a
    // chain of additions as long as the register (on JDK 17), which costs more than scoring a row of 128 dimensions.
    private static final VectorMask<Float> UPPER_HALF = lanesWith(LANES / 2);
    private static final VectorMask<Float> ODD_QUARTERS = lanesWith(LANES / 4);
    private static final VectorShuffle<Float> SWAP_HALVES = swap(LANES / 2);
    private static final VectorShuffle<Float> SWAP_QUARTERS = swap(LANES / 4);
    private static final VectorShuffle<Float> SWAP_PAIRS = swap(2);
    private static final VectorShuffle<Float> SWAP_NEIGHBOURS = swap(1);

    /** Ones and then zeros: read from {@code LANES - n} on, a weight for each lane that keeps the first n. */
    private static final float[] FIRST_LANES = firstLanes();

    /** The lanes whose index has a bit. */
    private static VectorMask<Float> lanesWith(int bit) {
        boolean[] lanes = new boolean[LANES];
        for (int i = 0; i < LANES; i++) {
            lanes[i] = (i & bit) != 0;
        }
        return VectorMask.fromArray(FLOATS, lanes, 0);
    }

    /** Exchanges the lanes whose indexes differ in a bit. */
    private static VectorShuffle<Float> swap(int bit) {
        int[] source = new int[LANES];
        for (int i = 0; i < LANES; i++) {
            source[i] = i ^ bit;
        }
        return VectorShuffle.fromArray(FLOATS, source, 0);
    }

    private static float[] firstLanes() {
        float[] weights = new float[2 * LANES];
        Arrays.fill(weights, 0, LANES, 1);
        return weights;
    }

    /** Four sums, as one addition must wait for the one before it. */
    @Override
    public float dot(byte[] row, int offset, float[] query, int dimension) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        int at = offset;
        for (; i <= dimension - 4 * LANES; i += 4 * LANES, at += 4 * REGISTER) {
            s0 = ByteVector.fromArray(BYTES, row, at)
                    .reinterpretAsFloats()
                    .fma(FloatVector.fromArray(FLOATS, query, i), s0);
            s1 = ByteVector.fromArray(BYTES, row, at + REGISTER)
                    .reinterpretAsFloats()
                    .fma(FloatVector.fromArray(FLOATS, query, i + LANES), s1);
            s2 = ByteVector.fromArray(BYTES, row, at + 2 * REGISTER)
                    .reinterpretAsFloats()
                    .fma(FloatVector.fromArray(FLOATS, query, i + 2 * LANES), s2);
            s3 = ByteVector.fromArray(BYTES, row, at + 3 * REGISTER)
                    .reinterpretAsFloats()
                    .fma(FloatVector.fromArray(FLOATS, query, i + 3 * LANES), s3);
        }
        for (; i <= dimension - LANES; i += LANES, at += REGISTER) {
            s0 = ByteVector.fromArray(BYTES, row, at)
                    .reinterpretAsFloats()
                    .fma(FloatVector.fromArray(FLOATS, query, i), s0);
        }
        if (i < dimension) {
            FloatVector last = ByteVector.fromArray(BYTES, row, at).reinterpretAsFloats();
            s1 = last.fma(FloatVector.fromArray(FLOATS, query, i), s1);
        }
        return s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
    }

    @Override
    public float squaredL2(byte[] row, int offset, float[] query, int dimension) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        int at = offset;
        for (; i <= dimension - 4 * LANES; i += 4 * LANES, at += 4 * REGISTER) {
            FloatVector d0 = ByteVector.fromArray(BYTES, row, at)
                    .reinterpretAsFloats()
                    .sub(FloatVector.fromArray(FLOATS, query, i));
            FloatVector d1 = ByteVector.fromArray(BYTES, row, at + REGISTER)
                    .reinterpretAsFloats()
                    .sub(FloatVector.fromArray(FLOATS, query, i + LANES));
            FloatVector d2 = ByteVector.fromArray(BYTES, row, at + 2 * REGISTER)
                    .reinterpretAsFloats()
                    .sub(FloatVector.fromArray(FLOATS, query, i + 2 * LANES));
            FloatVector d3 = ByteVector.fromArray(BYTES, row, at + 3 * REGISTER)
                    .reinterpretAsFloats()
                    .sub(FloatVector.fromArray(FLOATS, query, i + 3 * LANES));
            s0 = d0.fma(d0, s0);
            s1 = d1.fma(d1, s1);
            s2 = d2.fma(d2, s2);
            s3 = d3.fma(d3, s3);
        }
        for (; i <= dimension - LANES; i += LANES, at += REGISTER) {
            FloatVector d = ByteVector.fromArray(BYTES, row, at)
                    .reinterpretAsFloats()
                    .sub(FloatVector.fromArray(FLOATS, query, i));
            s0 = d.fma(d, s0);
        }
        if (i < dimension) {
            FloatVector weights = FloatVector.fromArray(FLOATS, FIRST_LANES, LANES - (dimension - i));
            FloatVector last =
                    ByteVector.fromArray(BYTES, row, at).reinterpretAsFloats().mul(weights);
            FloatVector d = last.sub(FloatVector.fromArray(FLOATS, query, i));
            s1 = d.fma(d, s1);
        }
        return s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
    }

    @Override
    public void dotBlock(byte[] page, int offset, int stride, int rows, float[] query, int dimension, float[] out) {
        int r = 0;
        for (; r <= rows - 4; r += 4) {
            dotFour(page, offset + r * stride, stride, query, dimension, out, r);
        }
        for (; r < rows; r++) {
            out[r] = dot(page, offset + r * stride, query, dimension);
        }
    }

    private static void dotFour(byte[] page, int offset, int stride, float[] query, int dimension, float[] out, int r) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        int at = offset;
        for (; i <= dimension - LANES; i += LANES, at += REGISTER) {
            FloatVector q = FloatVector.fromArray(FLOATS, query, i);
            s0 = ByteVector.fromArray(BYTES, page, at).reinterpretAsFloats().fma(q, s0);
            s1 = ByteVector.fromArray(BYTES, page, at + stride)
                    .reinterpretAsFloats()
                    .fma(q, s1);
            s2 = ByteVector.fromArray(BYTES, page, at + 2 * stride)
                    .reinterpretAsFloats()
                    .fma(q, s2);
            s3 = ByteVector.fromArray(BYTES, page, at + 3 * stride)
                    .reinterpretAsFloats()
                    .fma(q, s3);
        }
        if (i < dimension) {
            FloatVector q = FloatVector.fromArray(FLOATS, query, i);
            s0 = ByteVector.fromArray(BYTES, page, at).reinterpretAsFloats().fma(q, s0);
            s1 = ByteVector.fromArray(BYTES, page, at + stride)
                    .reinterpretAsFloats()
                    .fma(q, s1);
            s2 = ByteVector.fromArray(BYTES, page, at + 2 * stride)
                    .reinterpretAsFloats()
                    .fma(q, s2);
            s3 = ByteVector.fromArray(BYTES, page, at + 3 * stride)
                    .reinterpretAsFloats()
                    .fma(q, s3);
        }
        FloatVector s01 = s0.blend(s1, UPPER_HALF).add(s1.blend(s0, UPPER_HALF).rearrange(SWAP_HALVES));
        FloatVector s23 = s2.blend(s3, UPPER_HALF).add(s3.blend(s2, UPPER_HALF).rearrange(SWAP_HALVES));
        FloatVector sums =
                s01.blend(s23, ODD_QUARTERS).add(s23.blend(s01, ODD_QUARTERS).rearrange(SWAP_QUARTERS));
        sums = LANES >= 16 ? sums.add(sums.rearrange(SWAP_PAIRS)) : sums;
        sums = LANES >= 8 ? sums.add(sums.rearrange(SWAP_NEIGHBOURS)) : sums;
        out[r] = sums.lane(0);
        out[r + 1] = sums.lane(LANES / 2);
        out[r + 2] = sums.lane(LANES / 4);
        out[r + 3] = sums.lane(LANES / 4 * 3);
    }

    @Override
    public void squaredL2Block(
            byte[] page, int offset, int stride, int rows, float[] query, int dimension, float[] out) {
        int r = 0;
        for (; r <= rows - 4; r += 4) {
            squaredL2Four(page, offset + r * stride, stride, query, dimension, out, r);
        }
        for (; r < rows; r++) {
            out[r] = squaredL2(page, offset + r * stride, query, dimension);
        }
    }

    private static void squaredL2Four(
            byte[] page, int offset, int stride, float[] query, int dimension, float[] out, int r) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        int at = offset;
        for (; i <= dimension - LANES; i += LANES, at += REGISTER) {
            FloatVector q = FloatVector.fromArray(FLOATS, query, i);
            FloatVector d0 =
                    ByteVector.fromArray(BYTES, page, at).reinterpretAsFloats().sub(q);
            s0 = d0.fma(d0, s0);
            FloatVector d1 = ByteVector.fromArray(BYTES, page, at + stride)
                    .reinterpretAsFloats()
                    .sub(q);
            s1 = d1.fma(d1, s1);
            FloatVector d2 = ByteVector.fromArray(BYTES, page, at + 2 * stride)
                    .reinterpretAsFloats()
                    .sub(q);
            s2 = d2.fma(d2, s2);
            FloatVector d3 = ByteVector.fromArray(BYTES, page, at + 3 * stride)
                    .reinterpretAsFloats()
                    .sub(q);
            s3 = d3.fma(d3, s3);
        }
        if (i < dimension) {
            FloatVector weights = FloatVector.fromArray(FLOATS, FIRST_LANES, LANES - (dimension - i));
            FloatVector q = FloatVector.fromArray(FLOATS, query, i);
            FloatVector d0 = ByteVector.fromArray(BYTES, page, at)
                    .reinterpretAsFloats()
                    .mul(weights)
                    .sub(q);
            s0 = d0.fma(d0, s0);
            FloatVector d1 = ByteVector.fromArray(BYTES, page, at + stride)
                    .reinterpretAsFloats()
                    .mul(weights)
                    .sub(q);
            s1 = d1.fma(d1, s1);
            FloatVector d2 = ByteVector.fromArray(BYTES, page, at + 2 * stride)
                    .reinterpretAsFloats()
                    .mul(weights)
                    .sub(q);
            s2 = d2.fma(d2, s2);
            FloatVector d3 = ByteVector.fromArray(BYTES, page, at + 3 * stride)
                    .reinterpretAsFloats()
                    .mul(weights)
                    .sub(q);
            s3 = d3.fma(d3, s3);
        }
        FloatVector s01 = s0.blend(s1, UPPER_HALF).add(s1.blend(s0, UPPER_HALF).rearrange(SWAP_HALVES));
        FloatVector s23 = s2.blend(s3, UPPER_HALF).add(s3.blend(s2, UPPER_HALF).rearrange(SWAP_HALVES));
        FloatVector sums =
                s01.blend(s23, ODD_QUARTERS).add(s23.blend(s01, ODD_QUARTERS).rearrange(SWAP_QUARTERS));
        sums = LANES >= 16 ? sums.add(sums.rearrange(SWAP_PAIRS)) : sums;
        sums = LANES >= 8 ? sums.add(sums.rearrange(SWAP_NEIGHBOURS)) : sums;
        out[r] = sums.lane(0);
        out[r + 1] = sums.lane(LANES / 2);
        out[r + 2] = sums.lane(LANES / 4);
        out[r + 3] = sums.lane(LANES / 4 * 3);
    }
}
