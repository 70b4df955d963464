// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel.simd;

import io.dormouse.state.kernel.Int8Query;
import io.dormouse.state.kernel.VectorKernels;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels in vector instructions. Blocks are scored several rows at a time (four of float32, two of int8): the rows
 * share every load of the query and their sums do not wait for each other. What is left of a float32 row that does not
 * fill a register is loaded whole and masked to zero, so that the bytes beyond it (often the next row) do not matter, were
 * they NaN; beyond an int8 row the query is zero.
 *
 * <p><b>No vector may cross a call between methods of our own.</b> The library's methods are always inlined; ours only as
 * long as the compiler's node budget lasts, which depends on the caller. Where it ends a vector becomes an object and the
 * kernel a hundred times slower, sometimes minutes after the start when a caller is compiled anew. Hence the repetition
 * below instead of small shared methods; {@code bench kernels} guards it.
 *
 * <p>On JDK 17 the int8 kernels are compiled by the types of vectors that the whole process has used. Kernels of one width
 * allocate nothing; use two widths in one process, as only tests do, and they do allocate.
 */
final class SimdKernels implements VectorKernels {
    private static final int BITS = width();
    private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, VectorShape.forBitSize(BITS));
    private static final VectorSpecies<Byte> HALF_BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(BITS / 2));
    private static final VectorSpecies<Short> SHORTS = BYTES.withLanes(short.class);
    private static final VectorSpecies<Float> FLOATS = BYTES.withLanes(float.class);
    private static final VectorSpecies<Integer> INTS = BYTES.withLanes(int.class);
    private static final int REGISTER = BYTES.length();
    private static final int LANES = FLOATS.length();
    private static final int HALF = SHORTS.length();

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

    private static int width() {
        try {
            return MethodHandles.classData(MethodHandles.lookup(), "_", Integer.class);
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

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

    @Override
    public String name() {
        return "simd-" + BITS;
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

    /**
     * Bytes are widened to 16 bits and multiplied there; two products of codes in -127..127 (or a row byte of -128) add up
     * within 16 bits, so only the sum of two is widened to 32.
     */
    @Override
    public int dotInt8(byte[] row, int offset, Int8Query query) {
        short[] codes = query.shorts();
        int dimension = query.dimension();
        IntVector sum = IntVector.zero(INTS);
        int at = offset;
        for (int i = 0; i < dimension; i += REGISTER, at += REGISTER) {
            Vector<Short> low = ByteVector.fromArray(HALF_BYTES, row, at).castShape(SHORTS, 0);
            Vector<Short> high =
                    ByteVector.fromArray(HALF_BYTES, row, at + HALF).castShape(SHORTS, 0);
            IntVector pairs = low.mul(ShortVector.fromArray(SHORTS, codes, i))
                    .add(high.mul(ShortVector.fromArray(SHORTS, codes, i + HALF)))
                    .reinterpretAsInts();
            sum = sum.add(pairs.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16))
                    .add(pairs.lanewise(VectorOperators.ASHR, 16));
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    /**
     * Two rows at once. Row loop and column loop stand in one method on purpose: with more than 325 bytecodes C2 never
     * inlines it (FreqInlineSize), so it is compiled by itself, with all of the compiler's node budget for its vectors.
     */
    @Override
    public void dotInt8Block(byte[] page, int offset, int stride, int rows, Int8Query query, int[] out) {
        short[] codes = query.shorts();
        int dimension = query.dimension();
        int r = 0;
        for (; r <= rows - 2; r += 2) {
            IntVector s0 = IntVector.zero(INTS);
            IntVector s1 = s0;
            int at = offset + r * stride;
            for (int i = 0; i < dimension; i += REGISTER, at += REGISTER) {
                ShortVector qLow = ShortVector.fromArray(SHORTS, codes, i);
                ShortVector qHigh = ShortVector.fromArray(SHORTS, codes, i + HALF);
                Vector<Short> low0 = ByteVector.fromArray(HALF_BYTES, page, at).castShape(SHORTS, 0);
                Vector<Short> high0 =
                        ByteVector.fromArray(HALF_BYTES, page, at + HALF).castShape(SHORTS, 0);
                Vector<Short> low1 =
                        ByteVector.fromArray(HALF_BYTES, page, at + stride).castShape(SHORTS, 0);
                Vector<Short> high1 = ByteVector.fromArray(HALF_BYTES, page, at + stride + HALF)
                        .castShape(SHORTS, 0);
                IntVector p0 = low0.mul(qLow).add(high0.mul(qHigh)).reinterpretAsInts();
                IntVector p1 = low1.mul(qLow).add(high1.mul(qHigh)).reinterpretAsInts();
                s0 = s0.add(p0.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16))
                        .add(p0.lanewise(VectorOperators.ASHR, 16));
                s1 = s1.add(p1.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16))
                        .add(p1.lanewise(VectorOperators.ASHR, 16));
            }
            out[r] = s0.reduceLanes(VectorOperators.ADD);
            out[r + 1] = s1.reduceLanes(VectorOperators.ADD);
        }
        if (r < rows) {
            out[r] = dotInt8(page, offset + r * stride, query);
        }
    }
}
