// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KernelsTest {
    private static final int ROWS = 11;
    private static final int OFFSET = 13;

    /** Every kernel that this machine has. */
    static List<VectorKernels> kernels() {
        List<VectorKernels> found = new ArrayList<>();
        for (String name : new String[] {"scalar", "simd-128", "simd-256", "simd-512"}) {
            try {
                found.add(Kernels.byName(name));
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("not to be had");
            }
        }
        return found;
    }

    private static int[] dimensions() {
        return IntStream.concat(
                        IntStream.rangeClosed(1, 70), IntStream.of(100, 127, 128, 129, 130, 200, 384, 768, 1536))
                .toArray();
    }

    /** Random float32 rows; huge finite floats lie beyond them and must not matter. */
    private record FloatRows(byte[] bytes, float[][] rows, float[] query, int dimension) {
        static FloatRows random(Random random, int dimension) {
            byte[] bytes = new byte[OFFSET + ROWS * dimension * 4 + VectorKernels.SLACK_BYTES];
            Arrays.fill(bytes, (byte) 0x7E);
            float[][] rows = new float[ROWS][dimension];
            for (int r = 0; r < ROWS; r++) {
                for (int i = 0; i < dimension; i++) {
                    rows[r][i] = (float) random.nextGaussian();
                    LittleEndian.putFloat(bytes, OFFSET + (r * dimension + i) * 4, rows[r][i]);
                }
            }
            float[] query = new float[(dimension + 15) / 16 * 16];
            for (int i = 0; i < dimension; i++) {
                query[i] = (float) random.nextGaussian();
            }
            return new FloatRows(bytes, rows, query, dimension);
        }

        double dot(int r) {
            return terms(r, false).sum();
        }

        double squaredL2(int r) {
            return terms(r, true).sum();
        }

        /** The bound that VectorKernels states. */
        double tolerance(int r, boolean squared) {
            return Math.scalb(1.0, -23)
                    * (dimension + 1)
                    * terms(r, squared).map(Math::abs).sum();
        }

        private DoubleStream terms(int r, boolean squared) {
            return IntStream.range(0, dimension).mapToDouble(i -> {
                double d = (double) rows[r][i] - query[i];
                return squared ? d * d : (double) rows[r][i] * query[i];
            });
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void floatKernelsAgreeWithDoublePrecision(VectorKernels kernels) {
        Random random = new Random(1);
        for (int dimension : dimensions()) {
            FloatRows data = FloatRows.random(random, dimension);
            float[] dots = new float[ROWS];
            float[] squares = new float[ROWS];
            int stride = 4 * dimension;
            kernels.float32().dotBlock(data.bytes, OFFSET, stride, ROWS, data.query, dimension, dots);
            kernels.float32().squaredL2Block(data.bytes, OFFSET, stride, ROWS, data.query, dimension, squares);
            for (int r = 0; r < ROWS; r++) {
                int at = OFFSET + r * stride;
                String what = kernels.name() + " dimension " + dimension + " row " + r;
                assertThat((double) kernels.float32().dot(data.bytes, at, data.query, dimension))
                        .as(what)
                        .isCloseTo(data.dot(r), within(data.tolerance(r, false)));
                assertThat((double) kernels.float32().squaredL2(data.bytes, at, data.query, dimension))
                        .as(what)
                        .isCloseTo(data.squaredL2(r), within(data.tolerance(r, true)));
                assertThat((double) dots[r]).as(what).isCloseTo(data.dot(r), within(data.tolerance(r, false)));
                assertThat((double) squares[r]).as(what).isCloseTo(data.squaredL2(r), within(data.tolerance(r, true)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void int8KernelsAreExact(VectorKernels kernels) {
        Random random = new Random(2);
        for (int dimension : dimensions()) {
            byte[] page = new byte[OFFSET + ROWS * dimension + VectorKernels.SLACK_BYTES];
            random.nextBytes(page);
            Int8Query query = int8Query(random, dimension);
            assertInt8(kernels, page, query, dimension);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void int8KernelsAreExactAtTheExtremes(VectorKernels kernels) {
        for (int dimension : new int[] {1, 2, 63, 64, 65, 1536, 65_536}) {
            for (int sign : new int[] {-1, 1}) {
                byte[] page = new byte[OFFSET + ROWS * dimension + VectorKernels.SLACK_BYTES];
                Arrays.fill(page, (byte) (127 * sign));
                float[] ones = new float[dimension];
                Arrays.fill(ones, 1);
                Int8Query query = new Int8Query();
                query.set(ones, dimension);
                assertInt8(kernels, page, query, dimension);
                assertThat(kernels.int8().dot(page, OFFSET, query)).isEqualTo(sign * 127 * 127 * dimension);
            }
        }
    }

    private static Int8Query int8Query(Random random, int dimension) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        Int8Query query = new Int8Query();
        query.set(new float[dimension + 70], dimension + 70); // a larger query before it leaves nothing behind
        query.set(vector, dimension);
        return query;
    }

    private static void assertInt8(VectorKernels kernels, byte[] page, Int8Query query, int dimension) {
        int[] out = new int[ROWS];
        kernels.int8().dotBlock(page, OFFSET, dimension, ROWS, query, out);
        for (int r = 0; r < ROWS; r++) {
            int expected = 0;
            for (int i = 0; i < dimension; i++) {
                expected += page[OFFSET + r * dimension + i] * query.codes()[i];
            }
            String what = kernels.name() + " dimension " + dimension + " row " + r;
            assertThat(kernels.int8().dot(page, OFFSET + r * dimension, query))
                    .as(what)
                    .isEqualTo(expected);
            assertThat(out[r]).as(what).isEqualTo(expected);
        }
    }

    @Test
    void thisProcessUsesVectorInstructionsWhereTheyExist() {
        assertThat(kernels()).hasSizeGreaterThan(1);
        assertThat(Kernels.best().name()).startsWith("simd-");
        assertThat(Kernels.selection()).isEqualTo(Kernels.best().name() + ": the widest this machine has");
    }

    @Test
    void unknownKernelsAreRefusedWithTheNamesThatExist() {
        assertThatThrownBy(() -> Kernels.byName("simd-1024"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("simd-1024")
                .hasMessageContaining("expected auto, scalar, simd-128");
    }

    static Stream<String> fallbacks() {
        return Stream.of("-Ddormouse.kernels=scalar", "-Ddormouse.kernels=nonsense", "");
    }

    /** Runs a process of its own without the incubator module, as a job would whose operator forgot the flag. */
    @ParameterizedTest
    @MethodSource("fallbacks")
    void plainJavaStandsInWhenVectorInstructionsAreNotToBeHad(String option) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(System.getProperty("java.home") + "/bin/java", "-cp", System.getProperty("java.class.path")));
        if (!option.isEmpty()) {
            command.add(option);
        }
        command.add(SelectionMain.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        String reason = switch (option) {
            case "-Ddormouse.kernels=scalar" -> "dormouse.kernels=scalar";
            case "-Ddormouse.kernels=nonsense" -> "kernels 'nonsense' are unknown";
            default -> "start the JVM with --add-modules=jdk.incubator.vector";
        };
        assertThat(printed).contains("scalar: ").contains(reason);
    }

    /** Prints which kernels were chosen. */
    static final class SelectionMain {
        private SelectionMain() {}

        public static void main(String[] args) {
            System.out.println(Kernels.selection());
        }
    }
}
