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
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels in vector instructions. Blocks are scored four rows at a time: the four share every load of the query and
 * their sums do not wait for each other. What is left of a row that does not fill a register is loaded whole and masked
 * to zero, so that the bytes beyond it (often the next row) do not matter, were they NaN.
 *
 * <p>Every method is kept small: the compiler gives up inlining inside long ones, and vectors that are not inlined become
 * objects, a hundred times slower. {@code bench kernels} guards this.
 */
final class SimdKernels implements VectorKernels {
    private static final int BITS = width();
    private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, VectorShape.forBitSize(BITS));
    private static final VectorSpecies<Short> SHORTS = BYTES.withLanes(short.class);
    private static final VectorSpecies<Float> FLOATS = BYTES.withLanes(float.class);
    private static final VectorSpecies<Integer> INTS = BYTES.withLanes(int.class);
    private static final int REGISTER = BYTES.length();
    private static final int LANES = FLOATS.length();
    private static final int HALF = SHORTS.length();

    /** Ones and then zeros: read from {@code 64 - n} on, a mask of the first n bytes of a register. */
    private static final byte[] FIRST_BYTES = firstBytes();

    private static int width() {
        try {
            return MethodHandles.classData(MethodHandles.lookup(), "_", Integer.class);
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static byte[] firstBytes() {
        byte[] mask = new byte[2 * SLACK_BYTES];
        Arrays.fill(mask, 0, SLACK_BYTES, (byte) -1);
        return mask;
    }

    @Override
    public String name() {
        return "simd-" + BITS;
    }

    private static FloatVector floats(byte[] rows, int at) {
        return ByteVector.fromArray(BYTES, rows, at).reinterpretAsFloats();
    }

    /** The first {@code bytes} bytes at {@code at}, then zeros. */
    private static FloatVector tail(byte[] rows, int at, int bytes) {
        ByteVector mask = ByteVector.fromArray(BYTES, FIRST_BYTES, SLACK_BYTES - bytes);
        return ByteVector.fromArray(BYTES, rows, at).and(mask).reinterpretAsFloats();
    }

    @Override
    public float dot(byte[] row, int offset, float[] query, int dimension) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        int at = offset;
        for (; i <= dimension - 4 * LANES; i += 4 * LANES, at += 4 * REGISTER) {
            s0 = floats(row, at).fma(FloatVector.fromArray(FLOATS, query, i), s0);
            s1 = floats(row, at + REGISTER).fma(FloatVector.fromArray(FLOATS, query, i + LANES), s1);
            s2 = floats(row, at + 2 * REGISTER).fma(FloatVector.fromArray(FLOATS, query, i + 2 * LANES), s2);
            s3 = floats(row, at + 3 * REGISTER).fma(FloatVector.fromArray(FLOATS, query, i + 3 * LANES), s3);
        }
        for (; i <= dimension - LANES; i += LANES, at += REGISTER) {
            s0 = floats(row, at).fma(FloatVector.fromArray(FLOATS, query, i), s0);
        }
        if (i < dimension) {
            s1 = tail(row, at, (dimension - i) * Float.BYTES).fma(FloatVector.fromArray(FLOATS, query, i), s1);
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
            FloatVector d0 = floats(row, at).sub(FloatVector.fromArray(FLOATS, query, i));
            FloatVector d1 = floats(row, at + REGISTER).sub(FloatVector.fromArray(FLOATS, query, i + LANES));
            FloatVector d2 = floats(row, at + 2 * REGISTER).sub(FloatVector.fromArray(FLOATS, query, i + 2 * LANES));
            FloatVector d3 = floats(row, at + 3 * REGISTER).sub(FloatVector.fromArray(FLOATS, query, i + 3 * LANES));
            s0 = d0.fma(d0, s0);
            s1 = d1.fma(d1, s1);
            s2 = d2.fma(d2, s2);
            s3 = d3.fma(d3, s3);
        }
        for (; i <= dimension - LANES; i += LANES, at += REGISTER) {
            FloatVector d = floats(row, at).sub(FloatVector.fromArray(FLOATS, query, i));
            s0 = d.fma(d, s0);
        }
        if (i < dimension) {
            FloatVector d = tail(row, at, (dimension - i) * Float.BYTES).sub(FloatVector.fromArray(FLOATS, query, i));
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
            s0 = floats(page, at).fma(q, s0);
            s1 = floats(page, at + stride).fma(q, s1);
            s2 = floats(page, at + 2 * stride).fma(q, s2);
            s3 = floats(page, at + 3 * stride).fma(q, s3);
        }
        if (i < dimension) {
            int bytes = (dimension - i) * Float.BYTES;
            FloatVector q = FloatVector.fromArray(FLOATS, query, i);
            s0 = tail(page, at, bytes).fma(q, s0);
            s1 = tail(page, at + stride, bytes).fma(q, s1);
            s2 = tail(page, at + 2 * stride, bytes).fma(q, s2);
            s3 = tail(page, at + 3 * stride, bytes).fma(q, s3);
        }
        out[r] = s0.reduceLanes(VectorOperators.ADD);
        out[r + 1] = s1.reduceLanes(VectorOperators.ADD);
        out[r + 2] = s2.reduceLanes(VectorOperators.ADD);
        out[r + 3] = s3.reduceLanes(VectorOperators.ADD);
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

    private static FloatVector addSquare(FloatVector row, FloatVector query, FloatVector sum) {
        FloatVector d = row.sub(query);
        return d.fma(d, sum);
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
            s0 = addSquare(floats(page, at), q, s0);
            s1 = addSquare(floats(page, at + stride), q, s1);
            s2 = addSquare(floats(page, at + 2 * stride), q, s2);
            s3 = addSquare(floats(page, at + 3 * stride), q, s3);
        }
        if (i < dimension) {
            int bytes = (dimension - i) * Float.BYTES;
            FloatVector q = FloatVector.fromArray(FLOATS, query, i);
            s0 = addSquare(tail(page, at, bytes), q, s0);
            s1 = addSquare(tail(page, at + stride, bytes), q, s1);
            s2 = addSquare(tail(page, at + 2 * stride, bytes), q, s2);
            s3 = addSquare(tail(page, at + 3 * stride, bytes), q, s3);
        }
        out[r] = s0.reduceLanes(VectorOperators.ADD);
        out[r + 1] = s1.reduceLanes(VectorOperators.ADD);
        out[r + 2] = s2.reduceLanes(VectorOperators.ADD);
        out[r + 3] = s3.reduceLanes(VectorOperators.ADD);
    }

    /** Products of a register of row bytes with the query, pairs summed: unsigned 16-bit numbers, 32768 too large. */
    private static IntVector pairs(byte[] row, int at, ShortVector evens, ShortVector mixes, ShortVector biases) {
        ShortVector s = ByteVector.fromArray(BYTES, row, at).reinterpretAsShorts();
        ShortVector odds = s.lanewise(VectorOperators.ASHR, 8);
        ShortVector flipped = s.lanewise(VectorOperators.XOR, (short) 128);
        return flipped.mul(evens).add(odds.mul(mixes)).add(biases).reinterpretAsInts();
    }

    /**
     * The inner product from its two sums. {@code whole} added the 32-bit lanes as they were (low pair + 65536 high pair,
     * modulo 2^32), {@code highs} the high pairs alone; each of the {@code pairs} pairs is 32768 too large.
     */
    private static int product(IntVector whole, IntVector highs, int pairs) {
        int high = highs.reduceLanes(VectorOperators.ADD);
        return whole.reduceLanes(VectorOperators.ADD) - (high << 16) + high - (pairs << 15);
    }

    @Override
    public int dotInt8(byte[] row, int offset, Int8Query query) {
        short[] evens = query.evens();
        short[] mixes = query.mixes();
        short[] biases = query.biases();
        int dimension = query.dimension();
        IntVector w = IntVector.zero(INTS);
        IntVector h = w;
        int i = 0;
        int p = 0;
        for (; i < dimension; i += REGISTER, p += HALF) {
            ShortVector qe = ShortVector.fromArray(SHORTS, evens, p);
            ShortVector qm = ShortVector.fromArray(SHORTS, mixes, p);
            ShortVector qb = ShortVector.fromArray(SHORTS, biases, p);
            IntVector x = pairs(row, offset + i, qe, qm, qb);
            w = w.add(x);
            h = h.add(x.lanewise(VectorOperators.LSHR, 16));
        }
        return product(w, h, p);
    }

    @Override
    public void dotInt8Block(byte[] page, int offset, int stride, int rows, Int8Query query, int[] out) {
        int r = 0;
        for (; r <= rows - 4; r += 4) {
            dotInt8Four(page, offset + r * stride, stride, query, out, r);
        }
        for (; r < rows; r++) {
            out[r] = dotInt8(page, offset + r * stride, query);
        }
    }

    private static void dotInt8Four(byte[] page, int offset, int stride, Int8Query query, int[] out, int r) {
        short[] evens = query.evens();
        short[] mixes = query.mixes();
        short[] biases = query.biases();
        int dimension = query.dimension();
        IntVector w0 = IntVector.zero(INTS);
        IntVector w1 = w0;
        IntVector w2 = w0;
        IntVector w3 = w0;
        IntVector h0 = w0;
        IntVector h1 = w0;
        IntVector h2 = w0;
        IntVector h3 = w0;
        int p = 0;
        int at = offset;
        for (int i = 0; i < dimension; i += REGISTER, p += HALF, at += REGISTER) {
            ShortVector qe = ShortVector.fromArray(SHORTS, evens, p);
            ShortVector qm = ShortVector.fromArray(SHORTS, mixes, p);
            ShortVector qb = ShortVector.fromArray(SHORTS, biases, p);
            IntVector x0 = pairs(page, at, qe, qm, qb);
            w0 = w0.add(x0);
            h0 = h0.add(x0.lanewise(VectorOperators.LSHR, 16));
            IntVector x1 = pairs(page, at + stride, qe, qm, qb);
            w1 = w1.add(x1);
            h1 = h1.add(x1.lanewise(VectorOperators.LSHR, 16));
            IntVector x2 = pairs(page, at + 2 * stride, qe, qm, qb);
            w2 = w2.add(x2);
            h2 = h2.add(x2.lanewise(VectorOperators.LSHR, 16));
            IntVector x3 = pairs(page, at + 3 * stride, qe, qm, qb);
            w3 = w3.add(x3);
            h3 = h3.add(x3.lanewise(VectorOperators.LSHR, 16));
        }
        out[r] = product(w0, h0, p);
        out[r + 1] = product(w1, h1, p);
        out[r + 2] = product(w2, h2, p);
        out[r + 3] = product(w3, h3, p);
    }
}
