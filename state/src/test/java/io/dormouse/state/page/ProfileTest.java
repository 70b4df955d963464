// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.LittleEndian;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A reader of a larger profile reads smaller pages and refuses larger ones. */
class ProfileTest {
    private static final int PROFILE_AT = 36;

    private static byte[] stored(PageKind kind, Code code, int dimension, int rows) {
        VectorPage page = VectorPage.allocate(kind, code, dimension, rows);
        for (int i = 0; i < rows; i++) {
            page.append(i, new float[dimension]);
        }
        return page.write(1);
    }

    private static byte[] stating(byte[] page, int profile) {
        page[PROFILE_AT] = (byte) profile;
        CRC32C crc = new CRC32C();
        crc.update(page, 0, 32);
        crc.update(page, 36, page.length - 36);
        LittleEndian.putInt(page, 32, (int) crc.getValue());
        return page;
    }

    @ParameterizedTest
    @CsvSource({
        "SCAN, INT8, 768, 20, CORE",
        "SCAN, INT8, 769, 20, HOT",
        "SCAN, INT8, 1024, 20, HOT",
        "SCAN, INT8, 1025, 20, FULL",
        "SCAN, INT8, 768, 90, FULL",
        "SCAN, FLOAT32, 8, 1, FULL",
        "RAW, FLOAT32, 768, 5, CORE",
        "RAW, FLOAT32, 1024, 5, HOT",
        "RAW, FLOAT32, 1025, 5, FULL",
    })
    void aPageStatesTheSmallestProfileThatHoldsIt(PageKind kind, Code code, int dimension, int rows, Profile profile)
            throws Exception {
        byte[] page = stored(kind, code, dimension, rows);
        assertThat(page[PROFILE_AT]).isEqualTo(profile.id());
        for (Profile reader : Profile.values()) {
            if (reader.compareTo(profile) >= 0) {
                assertThat(VectorPage.read(page, reader).count()).isEqualTo(rows);
            } else {
                assertThatThrownBy(() -> VectorPage.read(page, reader))
                        .isInstanceOf(CorruptPageException.class)
                        .hasMessageContaining("page needs profile " + profile + "; expected at most " + reader)
                        .hasMessageContaining("read it with memory.profile " + profile);
            }
        }
    }

    @Test
    void theLimitsOfTheReaderAreNamed() {
        byte[] page = stored(PageKind.SCAN, Code.FLOAT32, 8, 1);
        assertThatThrownBy(() -> VectorPage.read(page, Profile.CORE))
                .hasMessageContaining("core (INT8, at most 768 dimensions, pages of at most 65536 bytes)");
    }

    @ParameterizedTest
    @EnumSource
    void aLargerProfileIsRefusedBeforeAnythingElseOfThePageIsRead(Profile reader) {
        byte[] page = stored(PageKind.SCAN, Code.INT8, 8, 1);
        page[7] = 99;
        stating(page, 4);
        assertThatThrownBy(() -> VectorPage.read(page, reader))
                .hasMessageContaining("page needs profile 4; expected 1 (core), 2 (hot) or 3 (full)");
    }

    @Test
    void aPageThatStatesLessThanItHoldsIsRefused() {
        byte[] page = stating(stored(PageKind.SCAN, Code.INT8, 800, 1), 1);
        assertThatThrownBy(() -> VectorPage.read(page, Profile.CORE))
                .hasMessage("page states profile core, but holds INT8 of 800 dimensions in 1088 bytes; expected profile"
                        + " hot");
    }

    @Test
    void aPageThatStatesMoreThanItHoldsIsReadByThoseWhoMay() throws Exception {
        byte[] page = stating(stored(PageKind.SCAN, Code.INT8, 8, 1), 3);
        assertThat(VectorPage.read(page, Profile.FULL).count()).isOne();
        assertThatThrownBy(() -> VectorPage.read(page, Profile.HOT)).hasMessageContaining("page needs profile full");
    }
}
