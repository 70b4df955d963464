// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.kernel.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pages as version 2 wrote them must stay readable, and version 2 must go on writing them byte for byte. */
class GoldenPagesTest {
    static final int VERSION = 2;
    static final long ADDRESS = 0x0123_4567_89AB_CDEFL;
    private static final int DIMENSION = 19;
    private static final int ROWS = 13;
    private static final int ROWS_OF_BLOCKS = 21;
    private static final int ROWS_MAX = 50;

    enum Golden {
        SCAN_INT8(PageKind.SCAN, Code.INT8, "page-scan-int8.bin"),
        SCAN_FLOAT16(PageKind.SCAN, Code.FLOAT16, "page-scan-float16.bin"),
        SCAN_BINARY(PageKind.SCAN, Code.BINARY, "page-scan-binary.bin"),
        SCAN_FLOAT32(PageKind.SCAN, Code.FLOAT32, "page-scan-float32.bin"),
        SCAN_RABITQ(PageKind.SCAN, Code.RABITQ, "page-scan-rabitq.bin"),
        SCAN_PQ(PageKind.SCAN, Code.PQ, "page-scan-pq.bin"),
        RAW(PageKind.RAW, Code.FLOAT32, "page-raw.bin");

        private final PageKind kind;
        private final Code code;
        private final String file;

        Golden(PageKind kind, Code code, String file) {
            this.kind = kind;
            this.code = code;
            this.file = file;
        }

        /**
         * A page that anyone can compute: value i of row r is ((31 r + 17 i) mod 97 - 48) / 8, row 5 is zero; of the binary
         * page 1 where that is at least a half, else 0. Relative codes refer to a centroid of halves and have rows enough
         * for a block and a part of one.
         */
        VectorPage page() {
            VectorPage page = VectorPage.allocate(kind, code, DIMENSION, ROWS_MAX);
            for (int r = 0; r < rows(); r++) {
                TestRows.append(page, r * 1_000_003L - 7, vector(r, code), 0.5f);
            }
            return page;
        }

        int rows() {
            return code.relative() ? ROWS_OF_BLOCKS : ROWS;
        }

        static float[] vector(int r, Code code) {
            float[] vector = new float[DIMENSION];
            for (int i = 0; i < DIMENSION; i++) {
                float value = r == 5 ? 0 : ((31 * r + 17 * i) % 97 - 48) / 8f;
                vector[i] = code != Code.BINARY ? value : value >= 0.5f ? 1 : 0;
            }
            return vector;
        }

        byte[] stored(int version) throws IOException {
            String path = "/golden/v" + version + "/" + file;
            try (InputStream in = GoldenPagesTest.class.getResourceAsStream(path)) {
                return in.readAllBytes();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void pagesAreWrittenByteForByte(Golden golden) throws IOException {
        assertThat(golden.page().write(ADDRESS)).isEqualTo(golden.stored(VERSION));
    }

    @ParameterizedTest
    @EnumSource
    void pagesAreRead(Golden golden) throws IOException {
        assertHolds(VectorPage.read(golden.stored(VERSION)), golden);
    }

    /** Asserts that a page is the golden one. */
    static void assertHolds(VectorPage page, Golden golden) {
        assertThat(page.kind()).isEqualTo(golden.kind);
        assertThat(page.code()).isEqualTo(golden.code);
        assertThat(page.dimension()).isEqualTo(DIMENSION);
        assertThat(page.count()).isEqualTo(golden.rows());
        assertThat(page.rowsMax()).isEqualTo(ROWS_MAX);
        assertThat(page.address()).isEqualTo(ADDRESS);
        if (golden.code.relative()) {
            assertThat(page.write(ADDRESS)).isEqualTo(golden.page().write(ADDRESS));
            return;
        }
        float[] decoded = new float[DIMENSION];
        for (int r = 0; r < ROWS; r++) {
            assertThat(page.row(r)).isEqualTo(r * 1_000_003L - 7);
            page.decode(r, decoded);
            for (int i = 0; i < DIMENSION; i++) {
                float tolerance = golden.code == Code.INT8 ? 6 / 127f : 0;
                assertThat(Math.abs(decoded[i] - Golden.vector(r, golden.code)[i]))
                        .isLessThanOrEqualTo(tolerance);
            }
        }
    }

    /** Writes the golden files; run it by hand once for a new version, into a directory of that version. */
    public static void main(String[] args) throws IOException {
        for (Golden golden : Golden.values()) {
            Files.write(Path.of(args[0], golden.file), golden.page().write(ADDRESS));
        }
    }
}
