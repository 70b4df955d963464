// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel.simd;

import io.dormouse.state.kernel.BinaryKernels;
import io.dormouse.state.kernel.BinaryQuery;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels of binary vectors in vector instructions, four rows at a time; {@link SimdProvider} says what all SIMD kernels
 * have in common. Counting bits in vectors came with JDK 19: on an older one there are none of these.
 */
final class SimdBinary implements BinaryKernels {
    private static final int BITS = SimdProvider.width(MethodHandles.lookup());
    private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, VectorShape.forBitSize(BITS));
    private static final VectorSpecies<Integer> INTS = BYTES.withLanes(int.class);
    private static final int REGISTER = BYTES.length();
    private static final int LANES = INTS.length();
    private static final VectorMask<Integer> WITH_1 = Lanes.with(INTS, 1);
    private static final VectorMask<Integer> WITH_2 = Lanes.with(INTS, 2);
    private static final VectorShuffle<Integer> SWAP_1 = Lanes.swap(INTS, 1);
    private static final VectorShuffle<Integer> SWAP_2 = Lanes.swap(INTS, 2);
    private static final VectorShuffle<Integer> SWAP_4 = Lanes.swap(INTS, 4);
    private static final VectorShuffle<Integer> SWAP_8 = Lanes.swap(INTS, 8);
    private static final VectorOperators.Unary BIT_COUNT = SimdProvider.bitCount();

    @Override
    public void hammingBlock(byte[] page, int offset, int rows, BinaryQuery query, int[] out) {
        byte[] bits = query.bits();
        byte[] mask = query.mask();
        int stride = query.bytes();
        for (int r = 0; r < rows; r += 4) {
            // The last rows may be fewer than four: then the last is scored in place of the missing.
            int last = rows - 1 - r;
            int at1 = stride * Math.min(1, last);
            int at2 = stride * Math.min(2, last);
            int at3 = stride * Math.min(3, last);
            IntVector s0 = IntVector.zero(INTS);
            IntVector s1 = s0;
            IntVector s2 = s0;
            IntVector s3 = s0;
            int at = offset + r * stride;
            int i = 0;
            for (; i <= stride - REGISTER; i += REGISTER, at += REGISTER) {
                ByteVector q = ByteVector.fromArray(BYTES, bits, i);
                s0 = s0.add(ByteVector.fromArray(BYTES, page, at)
                        .lanewise(VectorOperators.XOR, q)
                        .reinterpretAsInts()
                        .lanewise(BIT_COUNT));
                s1 = s1.add(ByteVector.fromArray(BYTES, page, at + at1)
                        .lanewise(VectorOperators.XOR, q)
                        .reinterpretAsInts()
                        .lanewise(BIT_COUNT));
                s2 = s2.add(ByteVector.fromArray(BYTES, page, at + at2)
                        .lanewise(VectorOperators.XOR, q)
                        .reinterpretAsInts()
                        .lanewise(BIT_COUNT));
                s3 = s3.add(ByteVector.fromArray(BYTES, page, at + at3)
                        .lanewise(VectorOperators.XOR, q)
                        .reinterpretAsInts()
                        .lanewise(BIT_COUNT));
            }
            if (i < stride) {
                ByteVector q = ByteVector.fromArray(BYTES, bits, i);
                ByteVector kept = ByteVector.fromArray(BYTES, mask, i);
                s0 = s0.add(ByteVector.fromArray(BYTES, page, at)
                        .lanewise(VectorOperators.XOR, q)
                        .and(kept)
                        .reinterpretAsInts()
                        .lanewise(BIT_COUNT));
                s1 = s1.add(ByteVector.fromArray(BYTES, page, at + at1)
                        .lanewise(VectorOperators.XOR, q)
                        .and(kept)
                        .reinterpretAsInts()
                        .lanewise(BIT_COUNT));
                s2 = s2.add(ByteVector.fromArray(BYTES, page, at + at2)
                        .lanewise(VectorOperators.XOR, q)
                        .and(kept)
                        .reinterpretAsInts()
                        .lanewise(BIT_COUNT));
                s3 = s3.add(ByteVector.fromArray(BYTES, page, at + at3)
                        .lanewise(VectorOperators.XOR, q)
                        .and(kept)
                        .reinterpretAsInts()
                        .lanewise(BIT_COUNT));
            }
            IntVector s02 = s0.blend(s2, WITH_2).add(s2.blend(s0, WITH_2).rearrange(SWAP_2));
            IntVector s13 = s1.blend(s3, WITH_2).add(s3.blend(s1, WITH_2).rearrange(SWAP_2));
            IntVector sums = s02.blend(s13, WITH_1).add(s13.blend(s02, WITH_1).rearrange(SWAP_1));
            sums = LANES >= 8 ? sums.add(sums.rearrange(SWAP_4)) : sums;
            sums = LANES == 16 ? sums.add(sums.rearrange(SWAP_8)) : sums;
            if (r <= out.length - LANES) {
                sums.intoArray(out, r);
                continue;
            }
            out[r] = sums.lane(0);
            out[r + Math.min(1, last)] = sums.lane(1);
            out[r + Math.min(2, last)] = sums.lane(2);
            out[r + Math.min(3, last)] = sums.lane(3);
        }
    }
}
