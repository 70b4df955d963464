// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BlockKeyTest {
    @Test
    void keysAreWhatTheFormatSays() {
        assertThat(BlockKey.of(BlockKind.SCAN, 5, 2)).isEqualTo(0x0300_0000_0000_5002L);
        assertThat(BlockKey.of(BlockKind.HEAD, 0)).isEqualTo(0x0100_0000_0000_0000L);
    }

    @Test
    void aPageAndItsDeltasAreNeighbours() {
        long page = BlockKey.of(BlockKind.RAW, 7);
        assertThat(BlockKey.of(BlockKind.RAW, 7, 1)).isEqualTo(page + 1);
        assertThat(BlockKey.of(BlockKind.RAW, 7, BlockKey.SEQUENCE_MAX)).isLessThan(BlockKey.of(BlockKind.RAW, 8));
    }

    @Test
    void theLargestNumbersStayWithinTheirKind() {
        long largest = BlockKey.of(BlockKind.SCAN, BlockKey.NUMBER_MAX, BlockKey.SEQUENCE_MAX);
        assertThat(largest).isEqualTo(BlockKey.of(BlockKind.RAW, 0) - 1);
    }

    @Test
    void numbersThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> BlockKey.of(BlockKind.SCAN, BlockKey.NUMBER_MAX + 1))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> BlockKey.of(BlockKind.SCAN, -1)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> BlockKey.of(BlockKind.SCAN, 0, BlockKey.SEQUENCE_MAX + 1))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void kindsHaveDistinctIdsThatKeepKeysPositive() {
        assertThat(Arrays.stream(BlockKind.values()).map(BlockKind::id))
                .doesNotHaveDuplicates()
                .allMatch(id -> id > 0);
    }
}
