// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The kernels of every width that this machine has, on random rows that lie behind each other and before random bytes. */
class CodeKernelsProperties {
    private static final int OFFSET = 8;

    private static float[] vector(Random random, int dimension, float magnitude) {
        float[] vector = new float[VectorKernels.QUERY_PADDING * (dimension / VectorKernels.QUERY_PADDING + 1)];
        for (int i = 0; i < dimension; i++) {
            vector[i] = random.nextInt(8) == 0 ? 0 : (float) random.nextGaussian() * magnitude;
        }
        return vector;
    }

    private static byte[] page(Random random, int bytes) {
        byte[] page = new byte[OFFSET + bytes + VectorKernels.SLACK_BYTES];
        random.nextBytes(page);
        return page;
    }

    /** Sum of terms in double, and the sum of what they are without their sign. */
    private record Sum(double value, double absolute) {
        static Sum of(float[] row, float[] query, int dimension, boolean squared) {
            double value = 0;
            double absolute = 0;
            for (int i = 0; i < dimension; i++) {
                double term = squared ? Math.pow((double) row[i] - query[i], 2) : (double) row[i] * query[i];
                value += term;
                absolute += Math.abs(term);
            }
            return new Sum(value, absolute);
        }
    }

    @Property(tries = 200)
    void float16KernelsAgreeWithTheDecodedRows(
            @ForAll @IntRange(min = 1, max = 300) int dimension,
            @ForAll @IntRange(min = 1, max = 9) int rows,
            @ForAll @IntRange(min = -40, max = 40) int magnitude,
            @ForAll boolean squared,
            @ForAll long seed) {
        Random random = new Random(seed);
        int stride = Code.FLOAT16.codeBytes(dimension);
        byte[] page = page(random, rows * stride);
        float[] weights = new float[rows];
        float[][] decoded = new float[rows][dimension];
        float[] vector = vector(random, dimension, Math.scalb(1f, magnitude));
        Float16Query query = new Float16Query();
        query.setForDot(new float[dimension + 99], dimension + 99); // a larger query before it leaves nothing behind
        if (squared) {
            query.setForSquaredL2(vector, dimension);
        } else {
            query.setForDot(vector, dimension);
        }
        for (int r = 0; r < rows; r++) {
            float[] row = vector(random, dimension, Math.scalb(1f, magnitude + random.nextInt(3)));
            float scale = Float16Code.encode(row, dimension, page, OFFSET + r * stride);
            weights[r] = scale / query.scale();
            Float16Code.decode(page, OFFSET + r * stride, scale, dimension, decoded[r]);
        }
        for (VectorKernels kernels : KernelsTest.kernels()) {
            float[] out = new float[rows];
            if (squared) {
                kernels.float16().squaredL2Block(page, OFFSET, stride, rows, weights, query, out);
            } else {
                kernels.float16().dotBlock(page, OFFSET, stride, rows, query, out);
            }
            for (int r = 0; r < rows; r++) {
                if (squared && weights[r] > 1 << 15) {
                    continue; // may overflow
                }
                Sum expected = Sum.of(decoded[r], vector, dimension, squared);
                double unit = (double) query.scale() * (squared ? query.scale() : weights[r] * query.scale());
                assertThat(out[r] * unit)
                        .as(kernels.name() + " row " + r)
                        .isCloseTo(
                                expected.value, within(Math.scalb(1.0, -22) * dimension * expected.absolute + 1e-300));
            }
        }
    }

    /** All finite halves, each of them alone against a one, at every place of a register. */
    @Example
    void everyHalfIsUnpackedExactly() {
        int dimension = 67;
        int stride = 2 * dimension;
        int rows = (1 << 16) / dimension;
        byte[] page = page(new Random(3), rows * stride);
        for (int i = 0; i < rows * dimension; i++) {
            LittleEndian.putShort(page, OFFSET + 2 * i, (short) i);
        }
        Float16Query query = new Float16Query();
        for (VectorKernels kernels : KernelsTest.kernels()) {
            float[] out = new float[rows];
            for (int one = 0; one < dimension; one++) {
                float[] vector = new float[dimension];
                vector[one] = 1;
                query.setForDot(vector, dimension);
                kernels.float16().dotBlock(page, OFFSET, stride, rows, query, out);
                for (int r = 0; r < rows; r++) {
                    short half = (short) (r * dimension + one);
                    assertThat(out[r]).isEqualTo(value(half));
                    assertThat(Float16Code.value(half)).isEqualTo(value(half));
                }
            }
        }
    }

    /** IEEE 754: sign, then the mantissa with its hidden bit unless the exponent is 0. */
    private static float value(short half) {
        int exponent = half >> 10 & 31;
        int mantissa = (half & 1023) + (exponent == 0 ? 0 : 1024);
        float magnitude = mantissa * (float) Math.scalb(1.0, Math.max(exponent, 1) - 25);
        return half < 0 ? -magnitude : magnitude;
    }

    @Property(tries = 200)
    void binaryKernelsCountExactly(
            @ForAll @IntRange(min = 1, max = 2_100) int dimension,
            @ForAll @IntRange(min = 1, max = 9) int rows,
            @ForAll long seed) {
        Random random = new Random(seed);
        int stride = Code.BINARY.codeBytes(dimension);
        byte[] page = page(random, rows * stride);
        float[][] vectors = new float[rows + 1][dimension];
        for (float[] vector : vectors) {
            for (int i = 0; i < dimension; i++) {
                vector[i] = random.nextInt(2);
            }
        }
        float[] decoded = new float[dimension];
        for (int r = 0; r < rows; r++) {
            BinaryCode.encode(vectors[r], dimension, page, OFFSET + r * stride);
            BinaryCode.decode(page, OFFSET + r * stride, dimension, decoded);
            assertThat(decoded).isEqualTo(vectors[r]);
        }
        BinaryQuery query = new BinaryQuery();
        query.set(new float[dimension + 999], dimension + 999); // a larger query before it leaves nothing behind
        query.set(vectors[rows], dimension);
        for (VectorKernels kernels : KernelsTest.kernels()) {
            int[] out = new int[rows];
            kernels.binary().hammingBlock(page, OFFSET, rows, query, out);
            for (int r = 0; r < rows; r++) {
                int differing = 0;
                for (int i = 0; i < dimension; i++) {
                    differing += vectors[r][i] == vectors[rows][i] ? 0 : 1;
                }
                assertThat(out[r]).as(kernels.name() + " row " + r).isEqualTo(differing);
            }
        }
    }

    @Property(tries = 200)
    void fourQueriesAtOnceAgreeWithDoublePrecision(
            @ForAll @IntRange(min = 1, max = 300) int dimension,
            @ForAll @IntRange(min = 1, max = 4) int groups,
            @ForAll boolean squared,
            @ForAll long seed) {
        int rows = groups * BatchKernels.ROWS;
        Random random = new Random(seed);
        int stride = Code.FLOAT32.codeBytes(dimension);
        byte[] page = new byte[OFFSET + rows * stride + VectorKernels.SLACK_BYTES];
        Arrays.fill(page, (byte) 0x7E);
        float[][] vectors = new float[rows][];
        for (int r = 0; r < rows; r++) {
            vectors[r] = vector(random, dimension, 1);
            for (int i = 0; i < dimension; i++) {
                LittleEndian.putFloat(page, OFFSET + r * stride + 4 * i, vectors[r][i]);
            }
        }
        float[][] q = new float[BatchKernels.QUERIES][];
        for (int j = 0; j < q.length; j++) {
            q[j] = vector(random, dimension, 1);
        }
        for (VectorKernels kernels : KernelsTest.kernels()) {
            float[] out = new float[q.length * rows];
            BatchKernels batch = kernels.batch();
            if (squared) {
                batch.squaredL2s(page, OFFSET, stride, rows, q[0], q[1], q[2], q[3], dimension, out);
            } else {
                batch.dots(page, OFFSET, stride, rows, q[0], q[1], q[2], q[3], dimension, out);
            }
            for (int i = 0; i < out.length; i++) {
                Sum expected = Sum.of(vectors[i / 4], q[i % 4], dimension, squared);
                assertThat((double) out[i])
                        .as(kernels.name() + " pair " + i)
                        .isCloseTo(expected.value, within(Math.scalb(1.0, -23) * (dimension + 1) * expected.absolute));
            }
        }
    }
}
