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
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels of 4-bit codes in vector instructions. A register holds some bytes of all 16 rows of a block, and another the
 * tables of the same bytes, so that one permutation looks up all low halves and a second all high halves. Two entries add
 * up within a byte; bytes are widened by adding them up as 16-bit numbers, once whole and once shifted down, which leaves
 * the sums of odd rows in one and lets those of even rows be had from the other.
 *
 * <p>A vector that is carried through a loop is only ever the argument of an operation there, never its receiver: of a
 * receiver the compiler must know the class while it still parses the loop, and where it took it from a profile it sometimes
 * kept an object for each turn (JDK 17: 80 instead of 6 ns a row, in two runs of five).
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

    /** For the entries of a table; registers of 128 bits have none that is a quarter as long, so they borrow one. */
    private static final VectorSpecies<Byte> QUARTER =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, BITS / 4)));

    private static final ByteVector LOW = ByteVector.broadcast(BYTES, 15);
    private static final FloatVector LEAST = FloatVector.broadcast(FLOATS, -Float.MAX_VALUE);
    private static final FloatVector MOST = FloatVector.broadcast(FLOATS, Float.MAX_VALUE);
    private static final ByteVector TABLE = tableOfLane();

    private static final VectorShuffle<Short> SWAP_HALVES = swap(SHORTS.length() / 2);
    private static final VectorShuffle<Short> SWAP_QUARTERS = swap(SHORTS.length() / 4);
    /** Doubles the lanes of the first half. */
    private static final VectorShuffle<Short> SPREAD = spread();

    private static final VectorMask<Short> ODD = odd();

    /** Exchanges the lanes whose indexes differ in a bit. */
    private static VectorShuffle<Short> swap(int bit) {
        int[] source = new int[SHORTS.length()];
        for (int i = 0; i < source.length; i++) {
            source[i] = i ^ bit;
        }
        return VectorShuffle.fromArray(SHORTS, source, 0);
    }

    private static VectorShuffle<Short> spread() {
        int[] source = new int[SHORTS.length()];
        for (int i = 0; i < source.length; i++) {
            source[i] = i / 2;
        }
        return VectorShuffle.fromArray(SHORTS, source, 0);
    }

    private static VectorMask<Short> odd() {
        boolean[] lanes = new boolean[SHORTS.length()];
        for (int i = 1; i < lanes.length; i += 2) {
            lanes[i] = true;
        }
        return VectorMask.fromArray(SHORTS, lanes, 0);
    }

    private static ByteVector tableOfLane() {
        byte[] offsets = new byte[REGISTER];
        for (int i = 0; i < REGISTER; i++) {
            offsets[i] = (byte) (i / BLOCK_ROWS * NibbleTables.ENTRIES);
        }
        return ByteVector.fromArray(BYTES, offsets, 0);
    }

    @Override
    public void fill(
            float[] vector, float[] points, int dimensions, float[] supports, int groups, float scale, byte[] entries) {
        for (int n = 0; n < NibbleTables.ENTRIES; n += LANES) {
            for (int g = 0; g < groups; g += 2) {
                FloatVector low = FloatVector.broadcast(FLOATS, supports[g]);
                FloatVector high = FloatVector.broadcast(FLOATS, supports[g + 1]);
                for (int i = 0; i < dimensions; i++) {
                    FloatVector point = FloatVector.fromArray(FLOATS, points, i * NibbleTables.ENTRIES + n);
                    low = point.mul(vector[g * dimensions + i]).add(low);
                    high = point.mul(vector[(g + 1) * dimensions + i]).add(high);
                }
                int table = (g >> 3) * 128 + (g >> 1 & 3) * NibbleTables.ENTRIES + n;
                IntVector lows = low.mul(scale).add(NibbleTables.ROUNDER).reinterpretAsInts();
                IntVector highs = high.mul(scale).add(NibbleTables.ROUNDER).reinterpretAsInts();
                if (BITS == 128) {
                    entries[table] = (byte) lows.lane(0);
                    entries[table + 1] = (byte) lows.lane(1);
                    entries[table + 2] = (byte) lows.lane(2);
                    entries[table + 3] = (byte) lows.lane(3);
                    entries[table + 64] = (byte) highs.lane(0);
                    entries[table + 65] = (byte) highs.lane(1);
                    entries[table + 66] = (byte) highs.lane(2);
                    entries[table + 67] = (byte) highs.lane(3);
                } else {
                    ((ByteVector) lows.convertShape(VectorOperators.I2B, QUARTER, 0)).intoArray(entries, table);
                    ((ByteVector) highs.convertShape(VectorOperators.I2B, QUARTER, 0)).intoArray(entries, table + 64);
                }
            }
        }
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
            all0 = pair0.add(all0);
            odd0 = pair0.lanewise(VectorOperators.LSHR, 8).add(odd0);
            all1 = pair1.add(all1);
            odd1 = pair1.lanewise(VectorOperators.LSHR, 8).add(odd1);
        }
        ShortVector sum0 = ShortVector.zero(SHORTS).add(odd0);
        ShortVector even0 = ShortVector.zero(SHORTS).add(all0).sub(sum0.lanewise(VectorOperators.LSHL, 8));
        if (GROUP == 1) {
            addUp(even0.toArray(), sum0.toArray(), out, first);
        } else {
            even0 = even0.add(even0.rearrange(SWAP_HALVES));
            sum0 = sum0.add(sum0.rearrange(SWAP_HALVES));
            even0 = GROUP == 2 ? even0 : even0.add(even0.rearrange(SWAP_QUARTERS));
            sum0 = GROUP == 2 ? sum0 : sum0.add(sum0.rearrange(SWAP_QUARTERS));
            ShortVector rows0 = even0.rearrange(SPREAD).blend(sum0.rearrange(SPREAD), ODD);
            ((IntVector) rows0.convertShape(VectorOperators.S2I, INTS, 0))
                    .and(0xFFFF)
                    .add(IntVector.fromArray(INTS, out, first))
                    .intoArray(out, first);
            if (GROUP == 2) {
                ((IntVector) rows0.convertShape(VectorOperators.S2I, INTS, 1))
                        .and(0xFFFF)
                        .add(IntVector.fromArray(INTS, out, first + LANES))
                        .intoArray(out, first + LANES);
            }
        }
        ShortVector sum1 = ShortVector.zero(SHORTS).add(odd1);
        ShortVector even1 = ShortVector.zero(SHORTS).add(all1).sub(sum1.lanewise(VectorOperators.LSHL, 8));
        if (GROUP == 1) {
            addUp(even1.toArray(), sum1.toArray(), out, first + BLOCK_ROWS);
        } else {
            even1 = even1.add(even1.rearrange(SWAP_HALVES));
            sum1 = sum1.add(sum1.rearrange(SWAP_HALVES));
            even1 = GROUP == 2 ? even1 : even1.add(even1.rearrange(SWAP_QUARTERS));
            sum1 = GROUP == 2 ? sum1 : sum1.add(sum1.rearrange(SWAP_QUARTERS));
            ShortVector rows1 = even1.rearrange(SPREAD).blend(sum1.rearrange(SPREAD), ODD);
            ((IntVector) rows1.convertShape(VectorOperators.S2I, INTS, 0))
                    .and(0xFFFF)
                    .add(IntVector.fromArray(INTS, out, first + BLOCK_ROWS))
                    .intoArray(out, first + BLOCK_ROWS);
            if (GROUP == 2) {
                ((IntVector) rows1.convertShape(VectorOperators.S2I, INTS, 1))
                        .and(0xFFFF)
                        .add(IntVector.fromArray(INTS, out, first + BLOCK_ROWS + LANES))
                        .intoArray(out, first + BLOCK_ROWS + LANES);
            }
        }
    }

    /** The same for one block. */
    private static void addOne(byte[] page, int block, int from, int to, NibbleTables tables, int[] out, int first) {
        byte[] entries = tables.entries();
        ShortVector all0 = ShortVector.zero(SHORTS);
        ShortVector odd0 = all0;
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
            all0 = pair.add(all0);
            odd0 = pair.lanewise(VectorOperators.LSHR, 8).add(odd0);
        }
        ShortVector sum0 = ShortVector.zero(SHORTS).add(odd0);
        ShortVector even0 = ShortVector.zero(SHORTS).add(all0).sub(sum0.lanewise(VectorOperators.LSHL, 8));
        if (GROUP == 1) {
            addUp(even0.toArray(), sum0.toArray(), out, first);
        } else {
            even0 = even0.add(even0.rearrange(SWAP_HALVES));
            sum0 = sum0.add(sum0.rearrange(SWAP_HALVES));
            even0 = GROUP == 2 ? even0 : even0.add(even0.rearrange(SWAP_QUARTERS));
            sum0 = GROUP == 2 ? sum0 : sum0.add(sum0.rearrange(SWAP_QUARTERS));
            ShortVector rows0 = even0.rearrange(SPREAD).blend(sum0.rearrange(SPREAD), ODD);
            ((IntVector) rows0.convertShape(VectorOperators.S2I, INTS, 0))
                    .and(0xFFFF)
                    .add(IntVector.fromArray(INTS, out, first))
                    .intoArray(out, first);
            if (GROUP == 2) {
                ((IntVector) rows0.convertShape(VectorOperators.S2I, INTS, 1))
                        .and(0xFFFF)
                        .add(IntVector.fromArray(INTS, out, first + LANES))
                        .intoArray(out, first + LANES);
            }
        }
    }

    /** Registers of 128 bits hold one byte of each row: there are no parts of a row to add up. */
    private static void addUp(short[] even, short[] odd, int[] out, int first) {
        for (int r = 0; r < even.length; r++) {
            out[first + 2 * r] += even[r] & 0xFFFF;
            out[first + 2 * r + 1] += odd[r] & 0xFFFF;
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

    /** Two blocks at once, the last by itself as if it were two: so long that it is compiled by itself. */
    @Override
    public void bounds(byte[] page, int factors, int blocks, int[] sums, BoundTerms terms, float[] out) {
        FloatVector offsetWeight = FloatVector.broadcast(FLOATS, terms.offsetWeight);
        FloatVector base = FloatVector.broadcast(FLOATS, terms.base);
        FloatVector sumWeight = FloatVector.broadcast(FLOATS, terms.sumWeight);
        FloatVector sumBase = FloatVector.broadcast(FLOATS, terms.sumBase);
        FloatVector errorWeight = FloatVector.broadcast(FLOATS, terms.errorWeight);
        int column = BLOCK_ROWS * Float.BYTES;
        for (int b = 0; b < blocks; b += 2) {
            int other = Math.min(b + 1, blocks - 1);
            int ahead = (other - b) * 3 * column;
            int at = factors + b * 3 * column;
            int row = b * BLOCK_ROWS;
            int beside = other * BLOCK_ROWS;
            for (int end = row + BLOCK_ROWS; row < end; row += LANES, beside += LANES, at += REGISTER) {
                FloatVector offset0 = ByteVector.fromArray(BYTES, page, at).reinterpretAsFloats();
                FloatVector offset1 =
                        ByteVector.fromArray(BYTES, page, at + ahead).reinterpretAsFloats();
                FloatVector slope0 =
                        ByteVector.fromArray(BYTES, page, at + column).reinterpretAsFloats();
                FloatVector slope1 =
                        ByteVector.fromArray(BYTES, page, at + ahead + column).reinterpretAsFloats();
                FloatVector error0 =
                        ByteVector.fromArray(BYTES, page, at + 2 * column).reinterpretAsFloats();
                FloatVector error1 = ByteVector.fromArray(BYTES, page, at + ahead + 2 * column)
                        .reinterpretAsFloats();
                FloatVector sum0 =
                        (FloatVector) IntVector.fromArray(INTS, sums, row).convertShape(VectorOperators.I2F, FLOATS, 0);
                FloatVector sum1 = (FloatVector)
                        IntVector.fromArray(INTS, sums, beside).convertShape(VectorOperators.I2F, FLOATS, 0);
                FloatVector less0 = sum0.mul(sumWeight).add(sumBase).mul(slope0).add(error0.mul(errorWeight));
                FloatVector less1 = sum1.mul(sumWeight).add(sumBase).mul(slope1).add(error1.mul(errorWeight));
                FloatVector bound0 =
                        offset0.mul(offsetWeight).add(base).sub(less0).min(MOST);
                FloatVector bound1 =
                        offset1.mul(offsetWeight).add(base).sub(less1).min(MOST);
                LEAST.blend(bound0, bound0.compare(VectorOperators.GE, LEAST)).intoArray(out, row);
                LEAST.blend(bound1, bound1.compare(VectorOperators.GE, LEAST)).intoArray(out, beside);
            }
        }
    }
}
