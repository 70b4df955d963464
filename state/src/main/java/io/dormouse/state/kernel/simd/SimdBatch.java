// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel.simd;

import io.dormouse.state.kernel.BatchKernels;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Four rows by four queries at once in vector instructions; {@link SimdProvider} says what all SIMD kernels have in common.
 * Sixteen sums stay in registers, so that each load of a row serves four queries and each load of a query four rows.
 */
final class SimdBatch implements BatchKernels {
    private static final int BITS = SimdProvider.width(MethodHandles.lookup());
    private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, VectorShape.forBitSize(BITS));
    private static final VectorSpecies<Float> FLOATS = BYTES.withLanes(float.class);
    private static final int REGISTER = BYTES.length();
    private static final int LANES = FLOATS.length();
    private static final VectorMask<Float> WITH_1 = Lanes.with(FLOATS, 1);
    private static final VectorMask<Float> WITH_2 = Lanes.with(FLOATS, 2);
    private static final VectorMask<Float> WITH_4 = Lanes.with(FLOATS, 4);
    private static final VectorMask<Float> WITH_8 = Lanes.with(FLOATS, 8);
    private static final VectorShuffle<Float> SWAP_1 = Lanes.swap(FLOATS, 1);
    private static final VectorShuffle<Float> SWAP_2 = Lanes.swap(FLOATS, 2);
    private static final VectorShuffle<Float> SWAP_4 = Lanes.swap(FLOATS, 4);
    private static final VectorShuffle<Float> SWAP_8 = Lanes.swap(FLOATS, 8);
    private static final float[] MINUS_FIRST = Lanes.first(LANES, -1);

    @Override
    public void dots(
            byte[] page,
            int offset,
            int stride,
            int rows,
            float[] q0,
            float[] q1,
            float[] q2,
            float[] q3,
            int dimension,
            float[] out) {
        for (int r = 0; r < rows; r += ROWS) {
            int at = offset + r * stride;
            FloatVector a0 = FloatVector.zero(FLOATS);
            FloatVector a1 = a0;
            FloatVector a2 = a0;
            FloatVector a3 = a0;
            FloatVector b0 = a0;
            FloatVector b1 = a0;
            FloatVector b2 = a0;
            FloatVector b3 = a0;
            FloatVector c0 = a0;
            FloatVector c1 = a0;
            FloatVector c2 = a0;
            FloatVector c3 = a0;
            FloatVector d0 = a0;
            FloatVector d1 = a0;
            FloatVector d2 = a0;
            FloatVector d3 = a0;
            for (int i = 0; i < dimension; i += LANES, at += REGISTER) {
                FloatVector v0 = FloatVector.fromArray(FLOATS, q0, i);
                FloatVector v1 = FloatVector.fromArray(FLOATS, q1, i);
                FloatVector v2 = FloatVector.fromArray(FLOATS, q2, i);
                FloatVector v3 = FloatVector.fromArray(FLOATS, q3, i);
                FloatVector a = ByteVector.fromArray(BYTES, page, at).reinterpretAsFloats();
                a0 = a.fma(v0, a0);
                a1 = a.fma(v1, a1);
                a2 = a.fma(v2, a2);
                a3 = a.fma(v3, a3);
                FloatVector b = ByteVector.fromArray(BYTES, page, at + stride).reinterpretAsFloats();
                b0 = b.fma(v0, b0);
                b1 = b.fma(v1, b1);
                b2 = b.fma(v2, b2);
                b3 = b.fma(v3, b3);
                FloatVector c =
                        ByteVector.fromArray(BYTES, page, at + 2 * stride).reinterpretAsFloats();
                c0 = c.fma(v0, c0);
                c1 = c.fma(v1, c1);
                c2 = c.fma(v2, c2);
                c3 = c.fma(v3, c3);
                FloatVector d =
                        ByteVector.fromArray(BYTES, page, at + 3 * stride).reinterpretAsFloats();
                d0 = d.fma(v0, d0);
                d1 = d.fma(v1, d1);
                d2 = d.fma(v2, d2);
                d3 = d.fma(v3, d3);
            }
            a0 = a0.blend(a2, WITH_2).add(a2.blend(a0, WITH_2).rearrange(SWAP_2));
            a1 = a1.blend(a3, WITH_2).add(a3.blend(a1, WITH_2).rearrange(SWAP_2));
            a0 = a0.blend(a1, WITH_1).add(a1.blend(a0, WITH_1).rearrange(SWAP_1));
            b0 = b0.blend(b2, WITH_2).add(b2.blend(b0, WITH_2).rearrange(SWAP_2));
            b1 = b1.blend(b3, WITH_2).add(b3.blend(b1, WITH_2).rearrange(SWAP_2));
            b0 = b0.blend(b1, WITH_1).add(b1.blend(b0, WITH_1).rearrange(SWAP_1));
            c0 = c0.blend(c2, WITH_2).add(c2.blend(c0, WITH_2).rearrange(SWAP_2));
            c1 = c1.blend(c3, WITH_2).add(c3.blend(c1, WITH_2).rearrange(SWAP_2));
            c0 = c0.blend(c1, WITH_1).add(c1.blend(c0, WITH_1).rearrange(SWAP_1));
            d0 = d0.blend(d2, WITH_2).add(d2.blend(d0, WITH_2).rearrange(SWAP_2));
            d1 = d1.blend(d3, WITH_2).add(d3.blend(d1, WITH_2).rearrange(SWAP_2));
            d0 = d0.blend(d1, WITH_1).add(d1.blend(d0, WITH_1).rearrange(SWAP_1));
            if (LANES == 4) {
                a0.intoArray(out, 4 * r + 0);
                b0.intoArray(out, 4 * r + 4);
                c0.intoArray(out, 4 * r + 8);
                d0.intoArray(out, 4 * r + 12);
                continue;
            }
            a0 = a0.blend(b0, WITH_4).add(b0.blend(a0, WITH_4).rearrange(SWAP_4));
            c0 = c0.blend(d0, WITH_4).add(d0.blend(c0, WITH_4).rearrange(SWAP_4));
            if (LANES == 8) {
                a0.intoArray(out, 4 * r);
                c0.intoArray(out, 4 * r + 8);
                continue;
            }
            a0.blend(c0, WITH_8).add(c0.blend(a0, WITH_8).rearrange(SWAP_8)).intoArray(out, 4 * r);
        }
    }

    @Override
    public void squaredL2s(
            byte[] page,
            int offset,
            int stride,
            int rows,
            float[] q0,
            float[] q1,
            float[] q2,
            float[] q3,
            int dimension,
            float[] out) {
        for (int r = 0; r < rows; r += ROWS) {
            int at = offset + r * stride;
            FloatVector a0 = FloatVector.zero(FLOATS);
            FloatVector a1 = a0;
            FloatVector a2 = a0;
            FloatVector a3 = a0;
            FloatVector b0 = a0;
            FloatVector b1 = a0;
            FloatVector b2 = a0;
            FloatVector b3 = a0;
            FloatVector c0 = a0;
            FloatVector c1 = a0;
            FloatVector c2 = a0;
            FloatVector c3 = a0;
            FloatVector d0 = a0;
            FloatVector d1 = a0;
            FloatVector d2 = a0;
            FloatVector d3 = a0;
            for (int i = 0; i < dimension; i += LANES, at += REGISTER) {
                FloatVector minus = FloatVector.fromArray(FLOATS, MINUS_FIRST, Math.max(0, LANES - (dimension - i)));
                FloatVector v0 = FloatVector.fromArray(FLOATS, q0, i);
                FloatVector v1 = FloatVector.fromArray(FLOATS, q1, i);
                FloatVector v2 = FloatVector.fromArray(FLOATS, q2, i);
                FloatVector v3 = FloatVector.fromArray(FLOATS, q3, i);
                FloatVector a = ByteVector.fromArray(BYTES, page, at).reinterpretAsFloats();
                FloatVector a0d = a.fma(minus, v0);
                a0 = a0d.fma(a0d, a0);
                FloatVector a1d = a.fma(minus, v1);
                a1 = a1d.fma(a1d, a1);
                FloatVector a2d = a.fma(minus, v2);
                a2 = a2d.fma(a2d, a2);
                FloatVector a3d = a.fma(minus, v3);
                a3 = a3d.fma(a3d, a3);
                FloatVector b = ByteVector.fromArray(BYTES, page, at + stride).reinterpretAsFloats();
                FloatVector b0d = b.fma(minus, v0);
                b0 = b0d.fma(b0d, b0);
                FloatVector b1d = b.fma(minus, v1);
                b1 = b1d.fma(b1d, b1);
                FloatVector b2d = b.fma(minus, v2);
                b2 = b2d.fma(b2d, b2);
                FloatVector b3d = b.fma(minus, v3);
                b3 = b3d.fma(b3d, b3);
                FloatVector c =
                        ByteVector.fromArray(BYTES, page, at + 2 * stride).reinterpretAsFloats();
                FloatVector c0d = c.fma(minus, v0);
                c0 = c0d.fma(c0d, c0);
                FloatVector c1d = c.fma(minus, v1);
                c1 = c1d.fma(c1d, c1);
                FloatVector c2d = c.fma(minus, v2);
                c2 = c2d.fma(c2d, c2);
                FloatVector c3d = c.fma(minus, v3);
                c3 = c3d.fma(c3d, c3);
                FloatVector d =
                        ByteVector.fromArray(BYTES, page, at + 3 * stride).reinterpretAsFloats();
                FloatVector d0d = d.fma(minus, v0);
                d0 = d0d.fma(d0d, d0);
                FloatVector d1d = d.fma(minus, v1);
                d1 = d1d.fma(d1d, d1);
                FloatVector d2d = d.fma(minus, v2);
                d2 = d2d.fma(d2d, d2);
                FloatVector d3d = d.fma(minus, v3);
                d3 = d3d.fma(d3d, d3);
            }
            a0 = a0.blend(a2, WITH_2).add(a2.blend(a0, WITH_2).rearrange(SWAP_2));
            a1 = a1.blend(a3, WITH_2).add(a3.blend(a1, WITH_2).rearrange(SWAP_2));
            a0 = a0.blend(a1, WITH_1).add(a1.blend(a0, WITH_1).rearrange(SWAP_1));
            b0 = b0.blend(b2, WITH_2).add(b2.blend(b0, WITH_2).rearrange(SWAP_2));
            b1 = b1.blend(b3, WITH_2).add(b3.blend(b1, WITH_2).rearrange(SWAP_2));
            b0 = b0.blend(b1, WITH_1).add(b1.blend(b0, WITH_1).rearrange(SWAP_1));
            c0 = c0.blend(c2, WITH_2).add(c2.blend(c0, WITH_2).rearrange(SWAP_2));
            c1 = c1.blend(c3, WITH_2).add(c3.blend(c1, WITH_2).rearrange(SWAP_2));
            c0 = c0.blend(c1, WITH_1).add(c1.blend(c0, WITH_1).rearrange(SWAP_1));
            d0 = d0.blend(d2, WITH_2).add(d2.blend(d0, WITH_2).rearrange(SWAP_2));
            d1 = d1.blend(d3, WITH_2).add(d3.blend(d1, WITH_2).rearrange(SWAP_2));
            d0 = d0.blend(d1, WITH_1).add(d1.blend(d0, WITH_1).rearrange(SWAP_1));
            if (LANES == 4) {
                a0.intoArray(out, 4 * r + 0);
                b0.intoArray(out, 4 * r + 4);
                c0.intoArray(out, 4 * r + 8);
                d0.intoArray(out, 4 * r + 12);
                continue;
            }
            a0 = a0.blend(b0, WITH_4).add(b0.blend(a0, WITH_4).rearrange(SWAP_4));
            c0 = c0.blend(d0, WITH_4).add(d0.blend(c0, WITH_4).rearrange(SWAP_4));
            if (LANES == 8) {
                a0.intoArray(out, 4 * r);
                c0.intoArray(out, 4 * r + 8);
                continue;
            }
            a0.blend(c0, WITH_8).add(c0.blend(a0, WITH_8).rearrange(SWAP_8)).intoArray(out, 4 * r);
        }
    }
}
