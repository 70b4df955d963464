// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.LittleEndian;
import io.dormouse.state.kernel.VectorKernels;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VectorPageTest {
    private static final int DIMENSION = 21;
    private static final int FLIPS = 10_000;

    private static VectorPage page(PageKind kind, Code code, int rows) {
        Random random = new Random(1);
        VectorPage page = VectorPage.allocate(kind, code, DIMENSION, 40);
        for (int r = 0; r < rows; r++) {
            float[] vector = new float[DIMENSION];
            for (int i = 0; i < DIMENSION; i++) {
                vector[i] = (float) random.nextGaussian();
            }
            TestRows.append(page, 1_000 + r, vector, 0.5f);
        }
        return page;
    }

    /** Writes the checksum anew, so that only what a test changed is wrong. */
    private static byte[] sealed(byte[] stored) {
        CRC32C crc = new CRC32C();
        crc.update(stored, 0, 32);
        crc.update(stored, 36, stored.length - 36);
        LittleEndian.putInt(stored, 32, (int) crc.getValue());
        return stored;
    }

    private static byte[] changed(int offset, int value) {
        byte[] stored = page(PageKind.SCAN, Code.INT8, 5).write(7);
        stored[offset] = (byte) value;
        return sealed(stored);
    }

    private static void assertRefused(byte[] stored, String message) {
        assertThatThrownBy(() -> VectorPage.read(stored))
                .isInstanceOf(CorruptPageException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @EnumSource
    void everyFlippedBitIsDetected(Code code) {
        byte[] stored = page(PageKind.SCAN, code, 17).write(-1);
        assertThatCode(() -> VectorPage.read(stored.clone())).doesNotThrowAnyException();
        Random random = new Random(2);
        for (int flip = 0; flip < FLIPS; flip++) {
            int bit = random.nextInt(stored.length * 8);
            stored[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> VectorPage.read(stored)).isInstanceOf(CorruptPageException.class);
            stored[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void truncatedAndLengthenedPagesAreRefused() {
        byte[] stored = page(PageKind.SCAN, Code.INT8, 5).write(7);
        for (int length = 0; length < stored.length + 100; length++) {
            if (length != stored.length) {
                assertRefused(Arrays.copyOf(stored, length), "page is truncated");
            }
        }
    }

    @Test
    void everyFieldThatMakesNoSenseIsNamed() {
        assertRefused(changed(0, 'X'), "not a vector page: magic is 0x50564d58; expected 0x50564d44");
        assertRefused(changed(4, 3), "page version is 3; expected 1 or 2");
        assertRefused(changed(6, 9), "page kind is 9; expected 1 (scan) or 2 (raw)");
        assertRefused(changed(6, 2), "code of a raw page is 1; expected 0 (float32)");
        assertRefused(changed(7, 99), "page code id 99 is unknown; expected one of 0 (FLOAT32), 1 (INT8)");
        assertRefused(changed(8, 0), "page dimension is 0; expected 1 to 65536");
        assertRefused(changed(11, 0x80), "page dimension is -2147483627; expected 1 to 65536");
        assertRefused(changed(12, 41), "rows of the page is 41; expected 0 to 40");
        assertRefused(changed(16, 0), "most rows of the page is 0; expected at least 1");
        assertRefused(changed(12, 30), "page length is");
        assertRefused(changed(36, 0), "page needs profile 0; expected 1 (core), 2 (hot) or 3 (full)");
        assertRefused(changed(40, 1), "reserved header byte 40 is 1; expected 0");
    }

    /** Factors of which no bound could be made are refused even when the checksum fits. */
    @ParameterizedTest
    @EnumSource(names = {"RABITQ", "PQ"})
    void factorsThatMakeNoBoundAreRefused(Code code) throws Exception {
        VectorPage page = VectorPage.read(page(PageKind.SCAN, code, 17).write(7));
        for (int factor = 0; factor < code.factors(); factor++) {
            for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                byte[] stored = page.write(7);
                LittleEndian.putFloat(stored, page.factorOffset(16, factor), wrong);
                assertThatThrownBy(() -> VectorPage.read(sealed(stored)))
                        .isInstanceOf(CorruptPageException.class)
                        .hasMessageContaining("factors of row 1016 are");
            }
        }
        byte[] stored = page.write(7);
        LittleEndian.putFloat(stored, page.factorOffset(3, Code.SLOPE), -1);
        assertRefused(sealed(stored), "factors of row 1003 are");
    }

    @ParameterizedTest
    @EnumSource(names = {"RABITQ", "PQ"})
    void aRowOfARelativeCodeCannotBeDecoded(Code code) {
        VectorPage page = page(PageKind.SCAN, code, 1);
        assertThatThrownBy(() -> page.decode(0, new float[DIMENSION]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("means nothing without the centroid");
        assertThatThrownBy(() -> page.append(1, new float[DIMENSION])).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aDirectoryOfImpossibleSizeIsRefusedWithoutAllocatingIt() {
        byte[] stored = page(PageKind.SCAN, Code.INT8, 5).write(7);
        LittleEndian.putInt(stored, 12, Integer.MAX_VALUE);
        LittleEndian.putInt(stored, 16, Integer.MAX_VALUE);
        assertRefused(sealed(stored), "cannot exist; expected at most 2 GiB");
    }

    @Test
    void aFullStoredPageNeverExceedsItsLimit() throws Exception {
        Random random = new Random(3);
        for (int trial = 0; trial < 300; trial++) {
            Code code = Code.values()[random.nextInt(Code.values().length)];
            int dimension = 1 + random.nextInt(2_000);
            int rows = VectorPage.rowsMax(PageKind.SCAN, code, dimension, 65_536);
            assertThat(PageLayout.of(code, dimension, rows).length()).isLessThanOrEqualTo(65_536);
            assertThat(PageLayout.of(code, dimension, rows + 1).length()).isGreaterThan(65_536);
        }
        int rows = VectorPage.rowsMax(PageKind.SCAN, Code.INT8, 3, 65_536);
        VectorPage page = VectorPage.allocate(PageKind.SCAN, Code.INT8, 3, rows);
        while (!page.isFull()) {
            page.append(page.count(), new float[] {1, 2, 3});
        }
        assertThat(page.write(0)).hasSizeLessThanOrEqualTo(65_536);
        assertThat(page.heapBytes()).isLessThan(66_000);
        assertThat(VectorPage.read(page.write(0)).isFull()).isTrue();
    }

    @Test
    void storedPagesAreUsedInPlaceAndGrowWhenRowsAreAppended() throws Exception {
        byte[] stored = page(PageKind.SCAN, Code.INT8, 5).write(7);
        VectorPage page = VectorPage.read(stored);
        assertThat(page.bytes()).isSameAs(stored);
        assertThat(page.address()).isEqualTo(7);
        assertThat(page.codeOffset(5) + VectorKernels.SLACK_BYTES).isLessThanOrEqualTo(stored.length);
        page.append(9, new float[DIMENSION]);
        assertThat(page.count()).isEqualTo(6);
        assertThat(page.row(4)).isEqualTo(1_004);
        assertThat(page.row(5)).isEqualTo(9);
    }

    @Test
    void sectionsLieAtMultiplesOf64Bytes() {
        VectorPage page = page(PageKind.SCAN, Code.INT8, 11);
        assertThat(page.codeOffset(0) % 64).isZero();
        assertThat(page.write(0).length % 64).isZero();
    }

    @Test
    void vectorsThatCannotBeHeldAreRefusedWithTheirValues() {
        VectorPage page = VectorPage.allocate(PageKind.RAW, Code.FLOAT32, 2, 1);
        assertThatThrownBy(() -> page.append(3, new float[] {1, Float.NaN}))
                .hasMessageContaining("row 3 holds NaN or an infinite value");
        assertThatThrownBy(() -> page.append(3, new float[] {1, Float.POSITIVE_INFINITY}))
                .hasMessageContaining("row 3 holds NaN or an infinite value");
        assertThatThrownBy(() -> page.append(3, new float[] {1})).hasMessage("values of the vector is 1; expected 2");
        page.append(3, new float[] {1, 2});
        assertThatThrownBy(() -> page.append(4, new float[] {1, 2}))
                .hasMessage("page of 1 rows is full; expected room for row 4: split it first");
        assertThat(page.count()).isOne();
    }

    @Test
    void pagesThatCannotExistAreRefused() {
        assertThatThrownBy(() -> VectorPage.allocate(PageKind.RAW, Code.INT8, 2, 1))
                .hasMessage("code of a raw page is 1; expected 0 (float32)");
        assertThatThrownBy(() -> VectorPage.allocate(PageKind.SCAN, Code.INT8, 0, 1))
                .hasMessage("page dimension is 0; expected 1 to 65536");
        assertThatThrownBy(() -> VectorPage.allocate(PageKind.SCAN, Code.INT8, 1, 0))
                .hasMessage("most rows of a page is 0; expected at least 1");
        assertThatThrownBy(() -> VectorPage.rowsMax(PageKind.SCAN, Code.FLOAT32, 20_000, 65_536))
                .hasMessageContaining("holds no row of dimension 20000 in FLOAT32");
    }

    @Test
    void rowsOfAnotherCodeOrDimensionAreNotCopied() {
        VectorPage page = page(PageKind.SCAN, Code.INT8, 1);
        assertThatThrownBy(() -> page.appendFrom(page(PageKind.SCAN, Code.FLOAT32, 1), 0))
                .hasMessage("code of the other page is 0; expected 1");
        VectorPage other = VectorPage.allocate(PageKind.SCAN, Code.INT8, DIMENSION + 1, 1);
        other.append(1, new float[DIMENSION + 1]);
        assertThatThrownBy(() -> page.appendFrom(other, 0))
                .hasMessage("dimension of the other page is 22; expected 21");
    }
}
