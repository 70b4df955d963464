// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel.simd;

import io.dormouse.state.kernel.Float32Kernels;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The float32 kernels in vector instructions; {@link SimdProvider} says what all SIMD kernels have in common. Blocks are
 * scored eight rows at a time: the rows share every load of the query and their sums do not wait for each other. What is
 * left of a row that does not fill a register is loaded whole: the query is zero there, and what follows the row finite.
 *
 * <p>There is one method for whole registers and one for the rest, as both in one would have more nodes than C2 inlines at
 * once (docs/decisions, 7).
 */
final class SimdFloat32 implements Float32Kernels {
    private static final int BITS = SimdProvider.width(MethodHandles.lookup());
    private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, VectorShape.forBitSize(BITS));
    private static final VectorSpecies<Float> FLOATS = BYTES.withLanes(float.class);
    private static final int REGISTER = BYTES.length();
    private static final int LANES = FLOATS.length();

    private static final VectorMask<Float> WITH_1 = Lanes.with(FLOATS, 1);
    private static final VectorMask<Float> WITH_2 = Lanes.with(FLOATS, 2);
    private static final VectorMask<Float> WITH_4 = Lanes.with(FLOATS, 4);
    private static final VectorShuffle<Float> SWAP_1 = Lanes.swap(FLOATS, 1);
    private static final VectorShuffle<Float> SWAP_2 = Lanes.swap(FLOATS, 2);
    private static final VectorShuffle<Float> SWAP_4 = Lanes.swap(FLOATS, 4);
    private static final VectorShuffle<Float> SWAP_8 = Lanes.swap(FLOATS, 8);
    private static final float[] FIRST_LANES = Lanes.first(LANES, 1);
    private static final float[] MINUS_FIRST = Lanes.first(LANES, -1);

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
        boolean whole = dimension % LANES == 0;
        int r = 0;
        for (; r <= rows - 8; r += 8) {
            if (whole) {
                dotEight(page, offset + r * stride, stride, query, dimension, out, r);
            } else {
                dotEightRagged(page, offset + r * stride, stride, query, dimension, out, r);
            }
        }
        for (; r < rows; r++) {
            out[r] = dot(page, offset + r * stride, query, dimension);
        }
    }

    private static void dotEight(
            byte[] page, int offset, int stride, float[] query, int dimension, float[] out, int r) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        int fourRows = 4 * stride;
        int at = offset;
        for (int i = 0; i <= dimension - LANES; i += LANES, at += REGISTER) {
            FloatVector q = FloatVector.fromArray(FLOATS, query, i);
            int below = at + fourRows;
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
            s4 = ByteVector.fromArray(BYTES, page, below).reinterpretAsFloats().fma(q, s4);
            s5 = ByteVector.fromArray(BYTES, page, below + stride)
                    .reinterpretAsFloats()
                    .fma(q, s5);
            s6 = ByteVector.fromArray(BYTES, page, below + 2 * stride)
                    .reinterpretAsFloats()
                    .fma(q, s6);
            s7 = ByteVector.fromArray(BYTES, page, below + 3 * stride)
                    .reinterpretAsFloats()
                    .fma(q, s7);
        }
        FloatVector s02 = s0.blend(s2, WITH_2).add(s2.blend(s0, WITH_2).rearrange(SWAP_2));
        FloatVector s13 = s1.blend(s3, WITH_2).add(s3.blend(s1, WITH_2).rearrange(SWAP_2));
        FloatVector s46 = s4.blend(s6, WITH_2).add(s6.blend(s4, WITH_2).rearrange(SWAP_2));
        FloatVector s57 = s5.blend(s7, WITH_2).add(s7.blend(s5, WITH_2).rearrange(SWAP_2));
        FloatVector above = s02.blend(s13, WITH_1).add(s13.blend(s02, WITH_1).rearrange(SWAP_1));
        FloatVector beneath = s46.blend(s57, WITH_1).add(s57.blend(s46, WITH_1).rearrange(SWAP_1));
        if (LANES == 4) {
            above.intoArray(out, r);
            beneath.intoArray(out, r + 4);
            return;
        }
        FloatVector sums =
                above.blend(beneath, WITH_4).add(beneath.blend(above, WITH_4).rearrange(SWAP_4));
        sums = LANES == 16 ? sums.add(sums.rearrange(SWAP_8)) : sums;
        if (r <= out.length - LANES) {
            sums.intoArray(out, r);
            return;
        }
        out[r] = sums.lane(0);
        out[r + 1] = sums.lane(1);
        out[r + 2] = sums.lane(2);
        out[r + 3] = sums.lane(3);
        out[r + 4] = sums.lane(4);
        out[r + 5] = sums.lane(5);
        out[r + 6] = sums.lane(6);
        out[r + 7] = sums.lane(7);
    }

    /** As dotEight, for dimensions that do not fill registers: the query is zero beyond them. */
    private static void dotEightRagged(
            byte[] page, int offset, int stride, float[] query, int dimension, float[] out, int r) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        int fourRows = 4 * stride;
        int at = offset;
        for (int i = 0; i < dimension; i += LANES, at += REGISTER) {
            FloatVector q = FloatVector.fromArray(FLOATS, query, i);
            int below = at + fourRows;
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
            s4 = ByteVector.fromArray(BYTES, page, below).reinterpretAsFloats().fma(q, s4);
            s5 = ByteVector.fromArray(BYTES, page, below + stride)
                    .reinterpretAsFloats()
                    .fma(q, s5);
            s6 = ByteVector.fromArray(BYTES, page, below + 2 * stride)
                    .reinterpretAsFloats()
                    .fma(q, s6);
            s7 = ByteVector.fromArray(BYTES, page, below + 3 * stride)
                    .reinterpretAsFloats()
                    .fma(q, s7);
        }
        FloatVector s02 = s0.blend(s2, WITH_2).add(s2.blend(s0, WITH_2).rearrange(SWAP_2));
        FloatVector s13 = s1.blend(s3, WITH_2).add(s3.blend(s1, WITH_2).rearrange(SWAP_2));
        FloatVector s46 = s4.blend(s6, WITH_2).add(s6.blend(s4, WITH_2).rearrange(SWAP_2));
        FloatVector s57 = s5.blend(s7, WITH_2).add(s7.blend(s5, WITH_2).rearrange(SWAP_2));
        FloatVector above = s02.blend(s13, WITH_1).add(s13.blend(s02, WITH_1).rearrange(SWAP_1));
        FloatVector beneath = s46.blend(s57, WITH_1).add(s57.blend(s46, WITH_1).rearrange(SWAP_1));
        if (LANES == 4) {
            above.intoArray(out, r);
            beneath.intoArray(out, r + 4);
            return;
        }
        FloatVector sums =
                above.blend(beneath, WITH_4).add(beneath.blend(above, WITH_4).rearrange(SWAP_4));
        sums = LANES == 16 ? sums.add(sums.rearrange(SWAP_8)) : sums;
        if (r <= out.length - LANES) {
            sums.intoArray(out, r);
            return;
        }
        out[r] = sums.lane(0);
        out[r + 1] = sums.lane(1);
        out[r + 2] = sums.lane(2);
        out[r + 3] = sums.lane(3);
        out[r + 4] = sums.lane(4);
        out[r + 5] = sums.lane(5);
        out[r + 6] = sums.lane(6);
        out[r + 7] = sums.lane(7);
    }

    @Override
    public void squaredL2Block(
            byte[] page, int offset, int stride, int rows, float[] query, int dimension, float[] out) {
        boolean whole = dimension % LANES == 0;
        int r = 0;
        for (; r <= rows - 8; r += 8) {
            if (whole) {
                squaredL2Eight(page, offset + r * stride, stride, query, dimension, out, r);
            } else {
                squaredL2EightRagged(page, offset + r * stride, stride, query, dimension, out, r);
            }
        }
        for (; r < rows; r++) {
            out[r] = squaredL2(page, offset + r * stride, query, dimension);
        }
    }

    private static void squaredL2Eight(
            byte[] page, int offset, int stride, float[] query, int dimension, float[] out, int r) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        int fourRows = 4 * stride;
        int at = offset;
        for (int i = 0; i <= dimension - LANES; i += LANES, at += REGISTER) {
            FloatVector q = FloatVector.fromArray(FLOATS, query, i);
            int below = at + fourRows;
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
            FloatVector d4 = ByteVector.fromArray(BYTES, page, below)
                    .reinterpretAsFloats()
                    .sub(q);
            s4 = d4.fma(d4, s4);
            FloatVector d5 = ByteVector.fromArray(BYTES, page, below + stride)
                    .reinterpretAsFloats()
                    .sub(q);
            s5 = d5.fma(d5, s5);
            FloatVector d6 = ByteVector.fromArray(BYTES, page, below + 2 * stride)
                    .reinterpretAsFloats()
                    .sub(q);
            s6 = d6.fma(d6, s6);
            FloatVector d7 = ByteVector.fromArray(BYTES, page, below + 3 * stride)
                    .reinterpretAsFloats()
                    .sub(q);
            s7 = d7.fma(d7, s7);
        }
        FloatVector s02 = s0.blend(s2, WITH_2).add(s2.blend(s0, WITH_2).rearrange(SWAP_2));
        FloatVector s13 = s1.blend(s3, WITH_2).add(s3.blend(s1, WITH_2).rearrange(SWAP_2));
        FloatVector s46 = s4.blend(s6, WITH_2).add(s6.blend(s4, WITH_2).rearrange(SWAP_2));
        FloatVector s57 = s5.blend(s7, WITH_2).add(s7.blend(s5, WITH_2).rearrange(SWAP_2));
        FloatVector above = s02.blend(s13, WITH_1).add(s13.blend(s02, WITH_1).rearrange(SWAP_1));
        FloatVector beneath = s46.blend(s57, WITH_1).add(s57.blend(s46, WITH_1).rearrange(SWAP_1));
        if (LANES == 4) {
            above.intoArray(out, r);
            beneath.intoArray(out, r + 4);
            return;
        }
        FloatVector sums =
                above.blend(beneath, WITH_4).add(beneath.blend(above, WITH_4).rearrange(SWAP_4));
        sums = LANES == 16 ? sums.add(sums.rearrange(SWAP_8)) : sums;
        if (r <= out.length - LANES) {
            sums.intoArray(out, r);
            return;
        }
        out[r] = sums.lane(0);
        out[r + 1] = sums.lane(1);
        out[r + 2] = sums.lane(2);
        out[r + 3] = sums.lane(3);
        out[r + 4] = sums.lane(4);
        out[r + 5] = sums.lane(5);
        out[r + 6] = sums.lane(6);
        out[r + 7] = sums.lane(7);
    }

    /** As squaredL2Eight, for dimensions that do not fill registers: what lies beyond them counts 0 times. */
    private static void squaredL2EightRagged(
            byte[] page, int offset, int stride, float[] query, int dimension, float[] out, int r) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        int fourRows = 4 * stride;
        int at = offset;
        for (int i = 0; i < dimension; i += LANES, at += REGISTER) {
            FloatVector q = FloatVector.fromArray(FLOATS, query, i);
            FloatVector minus = FloatVector.fromArray(FLOATS, MINUS_FIRST, Math.max(0, LANES - (dimension - i)));
            int below = at + fourRows;
            FloatVector d0 =
                    ByteVector.fromArray(BYTES, page, at).reinterpretAsFloats().fma(minus, q);
            s0 = d0.fma(d0, s0);
            FloatVector d1 = ByteVector.fromArray(BYTES, page, at + stride)
                    .reinterpretAsFloats()
                    .fma(minus, q);
            s1 = d1.fma(d1, s1);
            FloatVector d2 = ByteVector.fromArray(BYTES, page, at + 2 * stride)
                    .reinterpretAsFloats()
                    .fma(minus, q);
            s2 = d2.fma(d2, s2);
            FloatVector d3 = ByteVector.fromArray(BYTES, page, at + 3 * stride)
                    .reinterpretAsFloats()
                    .fma(minus, q);
            s3 = d3.fma(d3, s3);
            FloatVector d4 = ByteVector.fromArray(BYTES, page, below)
                    .reinterpretAsFloats()
                    .fma(minus, q);
            s4 = d4.fma(d4, s4);
            FloatVector d5 = ByteVector.fromArray(BYTES, page, below + stride)
                    .reinterpretAsFloats()
                    .fma(minus, q);
            s5 = d5.fma(d5, s5);
            FloatVector d6 = ByteVector.fromArray(BYTES, page, below + 2 * stride)
                    .reinterpretAsFloats()
                    .fma(minus, q);
            s6 = d6.fma(d6, s6);
            FloatVector d7 = ByteVector.fromArray(BYTES, page, below + 3 * stride)
                    .reinterpretAsFloats()
                    .fma(minus, q);
            s7 = d7.fma(d7, s7);
        }
        FloatVector s02 = s0.blend(s2, WITH_2).add(s2.blend(s0, WITH_2).rearrange(SWAP_2));
        FloatVector s13 = s1.blend(s3, WITH_2).add(s3.blend(s1, WITH_2).rearrange(SWAP_2));
        FloatVector s46 = s4.blend(s6, WITH_2).add(s6.blend(s4, WITH_2).rearrange(SWAP_2));
        FloatVector s57 = s5.blend(s7, WITH_2).add(s7.blend(s5, WITH_2).rearrange(SWAP_2));
        FloatVector above = s02.blend(s13, WITH_1).add(s13.blend(s02, WITH_1).rearrange(SWAP_1));
        FloatVector beneath = s46.blend(s57, WITH_1).add(s57.blend(s46, WITH_1).rearrange(SWAP_1));
        if (LANES == 4) {
            above.intoArray(out, r);
            beneath.intoArray(out, r + 4);
            return;
        }
        FloatVector sums =
                above.blend(beneath, WITH_4).add(beneath.blend(above, WITH_4).rearrange(SWAP_4));
        sums = LANES == 16 ? sums.add(sums.rearrange(SWAP_8)) : sums;
        if (r <= out.length - LANES) {
            sums.intoArray(out, r);
            return;
        }
        out[r] = sums.lane(0);
        out[r + 1] = sums.lane(1);
        out[r + 2] = sums.lane(2);
        out[r + 3] = sums.lane(3);
        out[r + 4] = sums.lane(4);
        out[r + 5] = sums.lane(5);
        out[r + 6] = sums.lane(6);
        out[r + 7] = sums.lane(7);
    }
}
