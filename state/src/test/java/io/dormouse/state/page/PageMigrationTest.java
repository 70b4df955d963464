// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.state.page.GoldenPagesTest.Golden;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pages of version 1, which names no profile, are read and become pages of version 2 when they are written. */
class PageMigrationTest {
    @ParameterizedTest
    @EnumSource(names = {"SCAN_INT8", "SCAN_FLOAT32", "RAW"})
    void aPageOfVersion1IsReadAndWrittenAsVersion2(Golden golden) throws IOException {
        byte[] stored = golden.stored(1);
        assertThat(stored[4]).isEqualTo((byte) 1);
        VectorPage page = VectorPage.read(stored);
        GoldenPagesTest.assertHolds(page, golden);
        assertThat(page.write(GoldenPagesTest.ADDRESS)).isEqualTo(golden.stored(2));
    }

    @Test
    void theProfileOfAPageOfVersion1FollowsFromWhatItHolds() throws IOException {
        assertThat(VectorPage.read(Golden.SCAN_INT8.stored(1), Profile.CORE).count())
                .isPositive();
        assertThat(VectorPage.read(Golden.RAW.stored(1), Profile.CORE).count()).isPositive();
        byte[] float32 = Golden.SCAN_FLOAT32.stored(1);
        assertThatThrownBy(() -> VectorPage.read(float32, Profile.HOT))
                .isInstanceOf(CorruptPageException.class)
                .hasMessageContaining("page needs profile full; expected at most hot");
    }
}
