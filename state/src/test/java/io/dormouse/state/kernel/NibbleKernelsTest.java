// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NibbleKernelsTest {
    private static final int OFFSET = 13;
    private static final int[] DIMENSIONS = {64, 128, 192, 384, 832, 1024, 2112, 4160};

    static List<VectorKernels> kernels() {
        return KernelsTest.kernels();
    }

    private static float[] vector(Random random, int dimension) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private static NibbleTables tables(NibbleKernels kernels, NibbleCodebook codebook, float[] vector) {
        NibbleTables tables = new NibbleTables();
        tables.set(kernels, codebook, vector, vector.length);
        return tables;
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void tablesAndSumsAreTheSameInAllKernels(VectorKernels kernels) {
        Random random = new Random(1);
        NibbleKernels scalar = Kernels.scalar().nibble();
        for (int dimension : DIMENSIONS) {
            for (NibbleCodebook codebook : List.of(NibbleCodebook.SIGNS, NibbleCodebook.NORMAL)) {
                float[] vector = vector(random, dimension);
                NibbleTables expected = tables(scalar, codebook, vector);
                NibbleTables actual = tables(kernels.nibble(), codebook, vector);
                assertThat(actual.entries()).isEqualTo(expected.entries());
                assertSums(kernels.nibble(), expected, random);
            }
        }
    }

    private static void assertSums(NibbleKernels kernels, NibbleTables tables, Random random) {
        int stride = tables.stride();
        for (int blocks = 0; blocks <= 4; blocks++) {
            byte[] page = new byte[OFFSET + blocks * 16 * stride + VectorKernels.SLACK_BYTES];
            random.nextBytes(page);
            int[] sums = new int[64];
            kernels.sums(page, OFFSET, blocks, tables, sums);
            for (int row = 0; row < blocks * 16; row++) {
                byte[] alone = new byte[stride];
                for (int j = 0; j < stride; j++) {
                    alone[j] = page[OFFSET + row / 16 * 16 * stride + j * 16 + row % 16];
                }
                int expected = 0;
                for (int j = 0; j < stride; j++) {
                    expected += tables.entries()[NibbleTables.tableOffset(2 * j) + (alone[j] & 15)];
                    expected += tables.entries()[NibbleTables.tableOffset(2 * j + 1) + (alone[j] >> 4 & 15)];
                }
                assertThat(sums[row]).as("row %d of stride %d", row, stride).isEqualTo(expected);
                assertThat(kernels.sum(alone, 0, tables)).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void entriesAreTheProductsToHalfAStep(VectorKernels kernels) {
        Random random = new Random(2);
        for (NibbleCodebook codebook : List.of(NibbleCodebook.SIGNS, NibbleCodebook.NORMAL)) {
            float[] vector = vector(random, 192);
            NibbleTables tables = tables(kernels.nibble(), codebook, vector);
            int groups = 192 / codebook.dimensions();
            float[] supports = new float[groups];
            codebook.supports(vector, groups, supports);
            for (int g = 0; g < groups; g++) {
                for (int n = 0; n < NibbleTables.ENTRIES; n++) {
                    double product = 0;
                    for (int i = 0; i < codebook.dimensions(); i++) {
                        product += codebook.value(n, i) * vector[g * codebook.dimensions() + i];
                    }
                    int entry = tables.entries()[NibbleTables.tableOffset(g) + n];
                    assertThat(entry).isBetween(0, NibbleTables.ENTRY_MAX);
                    assertThat(Math.abs(entry * tables.step() - supports[g] - product))
                            .isLessThanOrEqualTo(0.501 * tables.step());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void boundsAreTheSameInAllKernels(VectorKernels kernels) {
        Random random = new Random(3);
        BoundTerms terms = new BoundTerms();
        terms.base = 7;
        terms.offsetWeight = 0.5f;
        terms.sumWeight = 0.25f;
        terms.sumBase = -9;
        terms.errorWeight = 2;
        float[] odd = {0, Float.MAX_VALUE, Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, 1e30f};
        for (int blocks = 1; blocks <= 4; blocks++) {
            byte[] page = new byte[OFFSET + blocks * 16 * 12 + VectorKernels.SLACK_BYTES];
            for (int i = 0; i < blocks * 48; i++) {
                float factor = random.nextInt(8) == 0 ? odd[random.nextInt(odd.length)] : random.nextFloat() * 100;
                LittleEndian.putFloat(page, OFFSET + i * 4, factor);
            }
            int[] sums = random.ints(64, 0, 10_000).toArray();
            float[] actual = new float[64];
            float[] expected = new float[64];
            kernels.nibble().bounds(page, OFFSET, blocks, sums, terms, actual);
            Kernels.scalar().nibble().bounds(page, OFFSET, blocks, sums, terms, expected);
            assertThat(actual).isEqualTo(expected);
            for (float bound : actual) {
                assertThat(bound).isFinite();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void rotationsAreTheSameBitForBitInAllKernels(VectorKernels kernels) {
        Random random = new Random(4);
        for (int dimension : DIMENSIONS) {
            float[] vector = vector(random, dimension);
            float[] expected = vector.clone();
            Rotation.of(dimension).rotate(Kernels.scalar().rotation(), expected);
            Rotation.of(dimension).rotate(kernels.rotation(), vector);
            assertThat(vector).isEqualTo(expected);
        }
    }
}
