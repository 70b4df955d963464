// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel.simd;

import io.dormouse.state.kernel.Float16Code;
import io.dormouse.state.kernel.Float16Kernels;
import io.dormouse.state.kernel.Float16Query;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The fp16 kernels in vector instructions, four rows at a time; {@link SimdProvider} says what all SIMD kernels have in
 * common. A register is read as integers of two halves each. Shifting a half to the upper end of its integer, then down by
 * three with its sign, and clearing what is not sign, exponent or mantissa gives the bits of a float that is too small by
 * {@link Float16Code#REBIAS}; the query or the weight of the row makes up for that. (JDK 17 has no conversion of halves.)
 */
final class SimdFloat16 implements Float16Kernels {
    private static final int BITS = SimdProvider.width(MethodHandles.lookup());
    private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, VectorShape.forBitSize(BITS));
    private static final VectorSpecies<Float> FLOATS = BYTES.withLanes(float.class);
    private static final VectorSpecies<Integer> INTS = BYTES.withLanes(int.class);
    private static final int REGISTER = BYTES.length();
    private static final int LANES = FLOATS.length();
    private static final VectorMask<Float> WITH_1 = Lanes.with(FLOATS, 1);
    private static final VectorMask<Float> WITH_2 = Lanes.with(FLOATS, 2);
    private static final VectorShuffle<Float> SWAP_1 = Lanes.swap(FLOATS, 1);
    private static final VectorShuffle<Float> SWAP_2 = Lanes.swap(FLOATS, 2);
    private static final VectorShuffle<Float> SWAP_4 = Lanes.swap(FLOATS, 4);
    private static final VectorShuffle<Float> SWAP_8 = Lanes.swap(FLOATS, 8);
    private static final IntVector KEPT = IntVector.broadcast(INTS, Float16Query.HALF_BITS);

    @Override
    public void dotBlock(byte[] page, int offset, int stride, int rows, Float16Query query, float[] out) {
        float[] evens = query.evens();
        float[] odds = query.odds();
        int pairs = (query.dimension() + 1) / 2;
        for (int r = 0; r < rows; r += 4) {
            // The last rows may be fewer than four: then the last is scored in place of the missing.
            int last = rows - 1 - r;
            int at1 = stride * Math.min(1, last);
            int at2 = stride * Math.min(2, last);
            int at3 = stride * Math.min(3, last);
            FloatVector s0 = FloatVector.zero(FLOATS);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            int at = offset + r * stride;
            for (int i = 0; i < pairs; i += LANES, at += REGISTER) {
                FloatVector even = FloatVector.fromArray(FLOATS, evens, i);
                FloatVector odd = FloatVector.fromArray(FLOATS, odds, i);
                IntVector both0 = ByteVector.fromArray(BYTES, page, at).reinterpretAsInts();
                FloatVector e0 = both0.lanewise(VectorOperators.LSHL, 16)
                        .lanewise(VectorOperators.ASHR, 3)
                        .lanewise(VectorOperators.AND, KEPT)
                        .reinterpretAsFloats();
                FloatVector o0 = both0.lanewise(VectorOperators.ASHR, 3)
                        .lanewise(VectorOperators.AND, KEPT)
                        .reinterpretAsFloats();
                s0 = o0.fma(odd, e0.fma(even, s0));
                IntVector both1 = ByteVector.fromArray(BYTES, page, at + at1).reinterpretAsInts();
                FloatVector e1 = both1.lanewise(VectorOperators.LSHL, 16)
                        .lanewise(VectorOperators.ASHR, 3)
                        .lanewise(VectorOperators.AND, KEPT)
                        .reinterpretAsFloats();
                FloatVector o1 = both1.lanewise(VectorOperators.ASHR, 3)
                        .lanewise(VectorOperators.AND, KEPT)
                        .reinterpretAsFloats();
                s1 = o1.fma(odd, e1.fma(even, s1));
                IntVector both2 = ByteVector.fromArray(BYTES, page, at + at2).reinterpretAsInts();
                FloatVector e2 = both2.lanewise(VectorOperators.LSHL, 16)
                        .lanewise(VectorOperators.ASHR, 3)
                        .lanewise(VectorOperators.AND, KEPT)
                        .reinterpretAsFloats();
                FloatVector o2 = both2.lanewise(VectorOperators.ASHR, 3)
                        .lanewise(VectorOperators.AND, KEPT)
                        .reinterpretAsFloats();
                s2 = o2.fma(odd, e2.fma(even, s2));
                IntVector both3 = ByteVector.fromArray(BYTES, page, at + at3).reinterpretAsInts();
                FloatVector e3 = both3.lanewise(VectorOperators.LSHL, 16)
                        .lanewise(VectorOperators.ASHR, 3)
                        .lanewise(VectorOperators.AND, KEPT)
                        .reinterpretAsFloats();
                FloatVector o3 = both3.lanewise(VectorOperators.ASHR, 3)
                        .lanewise(VectorOperators.AND, KEPT)
                        .reinterpretAsFloats();
                s3 = o3.fma(odd, e3.fma(even, s3));
            }
            FloatVector s02 = s0.blend(s2, WITH_2).add(s2.blend(s0, WITH_2).rearrange(SWAP_2));
            FloatVector s13 = s1.blend(s3, WITH_2).add(s3.blend(s1, WITH_2).rearrange(SWAP_2));
            FloatVector sums = s02.blend(s13, WITH_1).add(s13.blend(s02, WITH_1).rearrange(SWAP_1));
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

    @Override
    public void squaredL2Block(
            byte[] page, int offset, int stride, int rows, float[] weights, Float16Query query, float[] out) {
        float[] evens = query.evens();
        float[] odds = query.odds();
        int[] evenBits = query.evenBits();
        int[] oddBits = query.oddBits();
        int pairs = (query.dimension() + 1) / 2;
        for (int r = 0; r < rows; r += 4) {
            // The last rows may be fewer than four: then the last is scored in place of the missing.
            int last = rows - 1 - r;
            int at1 = stride * Math.min(1, last);
            int at2 = stride * Math.min(2, last);
            int at3 = stride * Math.min(3, last);
            FloatVector w0 = FloatVector.broadcast(FLOATS, weights[r] * Float16Code.REBIAS);
            FloatVector w1 = FloatVector.broadcast(FLOATS, weights[r + Math.min(1, last)] * Float16Code.REBIAS);
            FloatVector w2 = FloatVector.broadcast(FLOATS, weights[r + Math.min(2, last)] * Float16Code.REBIAS);
            FloatVector w3 = FloatVector.broadcast(FLOATS, weights[r + Math.min(3, last)] * Float16Code.REBIAS);
            FloatVector s0 = FloatVector.zero(FLOATS);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            int at = offset + r * stride;
            for (int i = 0; i < pairs; i += LANES, at += REGISTER) {
                FloatVector even = FloatVector.fromArray(FLOATS, evens, i);
                FloatVector odd = FloatVector.fromArray(FLOATS, odds, i);
                IntVector evenKept = IntVector.fromArray(INTS, evenBits, i);
                IntVector oddKept = IntVector.fromArray(INTS, oddBits, i);
                IntVector both0 = ByteVector.fromArray(BYTES, page, at).reinterpretAsInts();
                FloatVector e0 = both0.lanewise(VectorOperators.LSHL, 16)
                        .lanewise(VectorOperators.ASHR, 3)
                        .lanewise(VectorOperators.AND, evenKept)
                        .reinterpretAsFloats();
                FloatVector o0 = both0.lanewise(VectorOperators.ASHR, 3)
                        .lanewise(VectorOperators.AND, oddKept)
                        .reinterpretAsFloats();
                FloatVector de0 = e0.fma(w0, even);
                FloatVector do0 = o0.fma(w0, odd);
                s0 = do0.fma(do0, de0.fma(de0, s0));
                IntVector both1 = ByteVector.fromArray(BYTES, page, at + at1).reinterpretAsInts();
                FloatVector e1 = both1.lanewise(VectorOperators.LSHL, 16)
                        .lanewise(VectorOperators.ASHR, 3)
                        .lanewise(VectorOperators.AND, evenKept)
                        .reinterpretAsFloats();
                FloatVector o1 = both1.lanewise(VectorOperators.ASHR, 3)
                        .lanewise(VectorOperators.AND, oddKept)
                        .reinterpretAsFloats();
                FloatVector de1 = e1.fma(w1, even);
                FloatVector do1 = o1.fma(w1, odd);
                s1 = do1.fma(do1, de1.fma(de1, s1));
                IntVector both2 = ByteVector.fromArray(BYTES, page, at + at2).reinterpretAsInts();
                FloatVector e2 = both2.lanewise(VectorOperators.LSHL, 16)
                        .lanewise(VectorOperators.ASHR, 3)
                        .lanewise(VectorOperators.AND, evenKept)
                        .reinterpretAsFloats();
                FloatVector o2 = both2.lanewise(VectorOperators.ASHR, 3)
                        .lanewise(VectorOperators.AND, oddKept)
                        .reinterpretAsFloats();
                FloatVector de2 = e2.fma(w2, even);
                FloatVector do2 = o2.fma(w2, odd);
                s2 = do2.fma(do2, de2.fma(de2, s2));
                IntVector both3 = ByteVector.fromArray(BYTES, page, at + at3).reinterpretAsInts();
                FloatVector e3 = both3.lanewise(VectorOperators.LSHL, 16)
                        .lanewise(VectorOperators.ASHR, 3)
                        .lanewise(VectorOperators.AND, evenKept)
                        .reinterpretAsFloats();
                FloatVector o3 = both3.lanewise(VectorOperators.ASHR, 3)
                        .lanewise(VectorOperators.AND, oddKept)
                        .reinterpretAsFloats();
                FloatVector de3 = e3.fma(w3, even);
                FloatVector do3 = o3.fma(w3, odd);
                s3 = do3.fma(do3, de3.fma(de3, s3));
            }
            FloatVector s02 = s0.blend(s2, WITH_2).add(s2.blend(s0, WITH_2).rearrange(SWAP_2));
            FloatVector s13 = s1.blend(s3, WITH_2).add(s3.blend(s1, WITH_2).rearrange(SWAP_2));
            FloatVector sums = s02.blend(s13, WITH_1).add(s13.blend(s02, WITH_1).rearrange(SWAP_1));
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
