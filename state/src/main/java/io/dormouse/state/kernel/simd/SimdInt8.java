// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel.simd;

import io.dormouse.state.kernel.Int8Kernels;
import io.dormouse.state.kernel.Int8Query;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The int8 kernels in vector instructions; {@link SimdProvider} says what all SIMD kernels have in common. Blocks are
 * scored two rows at a time. What is left of a row that does not fill a register is loaded whole: the query is zero there.
 *
 * <p>On JDK 17 these are compiled by the types of vectors that the whole process has used. Kernels of one width allocate
 * nothing; use two widths in one process, as only tests do, and they do allocate.
 */
final class SimdInt8 implements Int8Kernels {
    private static final int BITS = SimdProvider.width(MethodHandles.lookup());
    private static final VectorSpecies<Byte> HALF_BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(BITS / 2));
    private static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, VectorShape.forBitSize(BITS));
    private static final VectorSpecies<Integer> INTS = SHORTS.withLanes(int.class);
    private static final int REGISTER = BITS / Byte.SIZE;
    private static final int HALF = SHORTS.length();

    /**
     * Bytes are widened to 16 bits and multiplied there; two products of codes in -127..127 (or a row byte of -128) add up
     * within 16 bits, so only the sum of two is widened to 32.
     */
    @Override
    public int dot(byte[] row, int offset, Int8Query query) {
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
    public void dotBlock(byte[] page, int offset, int stride, int rows, Int8Query query, int[] out) {
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
            out[r] = dot(page, offset + r * stride, query);
        }
    }
}
