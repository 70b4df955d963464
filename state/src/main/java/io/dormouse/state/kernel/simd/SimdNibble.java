// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel.simd;

import io.dormouse.state.kernel.BoundTerms;
import io.dormouse.state.kernel.NibbleKernels;
import io.dormouse.state.kernel.NibbleTables;
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
 * The kernels of 4-bit codes in vector instructions. A register holds some bytes of all 16 rows of a block, and another the
 * tables of the same bytes, so that one permutation looks up all low halves and a second all high halves. Two entries add
 * up within a byte; bytes are widened by adding them up as 16-bit numbers, once whole and once shifted down, which leaves
 * the sums of odd rows in one and lets those of even rows be had from the other.
 */
final class SimdNibble implements NibbleKernels {
    private static final int BITS = SimdProvider.width(MethodHandles.lookup());
    private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, VectorShape.forBitSize(BITS));
    private static final VectorSpecies<Short> SHORTS = BYTES.withLanes(short.class);
    private static final VectorSpecies<Float> FLOATS = BYTES.withLanes(float.class);
    private static final VectorSpecies<Integer> INTS = BYTES.withLanes(int.class);
    private static final int REGISTER = BYTES.length();
    private static final int LANES = FLOATS.length();
    /** Bytes of a row that a register holds. */
    private static final int GROUP = REGISTER / BLOCK_ROWS;

    /** Bytes of a row that add up within 16 bits, at two entries each. */
    private static final int CHUNK = 256;

    private static final ByteVector LOW = ByteVector.broadcast(BYTES, 15);
    private static final ByteVector TABLE = tableOfLane();

    private static ByteVector tableOfLane() {
        byte[] offsets = new byte[REGISTER];
        for (int i = 0; i < REGISTER; i++) {
            offsets[i] = (byte) (i / BLOCK_ROWS * NibbleTables.ENTRIES);
        }
        return ByteVector.fromArray(BYTES, offsets, 0);
    }

    @Override
    public void sums(byte[] page, int offset, int blocks, NibbleTables tables, int[] out) {
        int stride = tables.stride();
        Arrays.fill(out, 0, blocks * BLOCK_ROWS, 0);
        for (int from = 0; from < stride; from += CHUNK) {
            int to = Math.min(stride, from + CHUNK);
            int b = 0;
            for (; b <= blocks - 2; b += 2) {
                addTwo(page, offset + b * stride * BLOCK_ROWS, from, to, tables, out, b * BLOCK_ROWS);
            }
            if (b < blocks) {
                addOne(page, offset + b * stride * BLOCK_ROWS, from, to, tables, out, b * BLOCK_ROWS);
            }
        }
    }

    /** Adds the entries of the bytes {@code from <= j < to} of the rows of two blocks. */
    private static void addTwo(byte[] page, int block, int from, int to, NibbleTables tables, int[] out, int first) {
        byte[] entries = tables.entries();
        int second = tables.stride() * BLOCK_ROWS;
        ShortVector all0 = ShortVector.zero(SHORTS);
        ShortVector odd0 = all0;
        ShortVector all1 = all0;
        ShortVector odd1 = all0;
        int at = block + from * BLOCK_ROWS;
        for (int j = from; j < to; j += GROUP, at += REGISTER) {
            int table = (j >> 2) * 128 + (j & 3) * 16;
            ByteVector low = ByteVector.fromArray(BYTES, entries, table);
            ByteVector high = ByteVector.fromArray(BYTES, entries, table + 64);
            ByteVector codes0 = ByteVector.fromArray(BYTES, page, at);
            ByteVector codes1 = ByteVector.fromArray(BYTES, page, at + second);
            ByteVector low0 = codes0.and(LOW).or(TABLE);
            ByteVector high0 = codes0.reinterpretAsShorts()
                    .lanewise(VectorOperators.LSHR, 4)
                    .reinterpretAsBytes()
                    .and(LOW)
                    .or(TABLE);
            ByteVector low1 = codes1.and(LOW).or(TABLE);
            ByteVector high1 = codes1.reinterpretAsShorts()
                    .lanewise(VectorOperators.LSHR, 4)
                    .reinterpretAsBytes()
                    .and(LOW)
                    .or(TABLE);
            ShortVector pair0 = low.rearrange(low0.toShuffle())
                    .add(high.rearrange(high0.toShuffle()))
                    .reinterpretAsShorts();
            ShortVector pair1 = low.rearrange(low1.toShuffle())
                    .add(high.rearrange(high1.toShuffle()))
                    .reinterpretAsShorts();
            all0 = all0.add(pair0);
            odd0 = odd0.add(pair0.lanewise(VectorOperators.LSHR, 8));
            all1 = all1.add(pair1);
            odd1 = odd1.add(pair1.lanewise(VectorOperators.LSHR, 8));
        }
        short[] scratch = tables.scratch();
        all0.sub(odd0.lanewise(VectorOperators.LSHL, 8)).intoArray(scratch, 0);
        odd0.intoArray(scratch, 32);
        addUp(scratch, out, first);
        all1.sub(odd1.lanewise(VectorOperators.LSHL, 8)).intoArray(scratch, 0);
        odd1.intoArray(scratch, 32);
        addUp(scratch, out, first + BLOCK_ROWS);
    }

    /** The same for one block. */
    private static void addOne(byte[] page, int block, int from, int to, NibbleTables tables, int[] out, int first) {
        byte[] entries = tables.entries();
        ShortVector all = ShortVector.zero(SHORTS);
        ShortVector odd = all;
        int at = block + from * BLOCK_ROWS;
        for (int j = from; j < to; j += GROUP, at += REGISTER) {
            int table = (j >> 2) * 128 + (j & 3) * 16;
            ByteVector codes = ByteVector.fromArray(BYTES, page, at);
            ByteVector low = codes.and(LOW).or(TABLE);
            ByteVector high = codes.reinterpretAsShorts()
                    .lanewise(VectorOperators.LSHR, 4)
                    .reinterpretAsBytes()
                    .and(LOW)
                    .or(TABLE);
            ShortVector pair = ByteVector.fromArray(BYTES, entries, table)
                    .rearrange(low.toShuffle())
                    .add(ByteVector.fromArray(BYTES, entries, table + 64).rearrange(high.toShuffle()))
                    .reinterpretAsShorts();
            all = all.add(pair);
            odd = odd.add(pair.lanewise(VectorOperators.LSHR, 8));
        }
        short[] scratch = tables.scratch();
        all.sub(odd.lanewise(VectorOperators.LSHL, 8)).intoArray(scratch, 0);
        odd.intoArray(scratch, 32);
        addUp(scratch, out, first);
    }

    /** Adds up the 16-bit sums of each row: even rows from 0 on, odd rows from 32 on. */
    private static void addUp(short[] sums, int[] out, int first) {
        for (int g = 0; g < GROUP * 8; g += 8) {
            for (int r = 0; r < 8; r++) {
                out[first + 2 * r] += sums[g + r] & 0xFFFF;
                out[first + 2 * r + 1] += sums[32 + g + r] & 0xFFFF;
            }
        }
    }

    @Override
    public int sum(byte[] row, int offset, NibbleTables tables) {
        byte[] entries = tables.entries();
        int stride = tables.stride();
        int even = 0;
        int odd = 0;
        for (int j = 0; j < stride; j += 2) {
            int low = (j >> 2) * 128 + (j & 2) * 16;
            int code = row[offset + j];
            int next = row[offset + j + 1];
            even += entries[low + (code & 15)] + entries[low + 64 + (code >> 4 & 15)];
            odd += entries[low + 16 + (next & 15)] + entries[low + 80 + (next >> 4 & 15)];
        }
        return even + odd;
    }

    @Override
    public void bounds(byte[] page, int factors, int blocks, int[] sums, BoundTerms terms, float[] out) {
        int column = BLOCK_ROWS * Float.BYTES;
        for (int i = 0; i < blocks * BLOCK_ROWS; i += LANES) {
            int at = factors + (i >> 4) * 3 * column + (i & 15) * Float.BYTES;
            FloatVector offset = ByteVector.fromArray(BYTES, page, at).reinterpretAsFloats();
            FloatVector slope = ByteVector.fromArray(BYTES, page, at + column).reinterpretAsFloats();
            FloatVector error =
                    ByteVector.fromArray(BYTES, page, at + 2 * column).reinterpretAsFloats();
            FloatVector sum = (FloatVector) IntVector.fromArray(INTS, sums, i).castShape(FLOATS, 0);
            FloatVector product = sum.mul(terms.sumWeight).add(terms.sumBase).mul(slope);
            offset.mul(terms.offsetWeight)
                    .add(terms.base)
                    .sub(product.add(error.mul(terms.errorWeight)))
                    .intoArray(out, i);
        }
    }
}
