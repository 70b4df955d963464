// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AppliedOffsetsTest {
    private final AppliedOffsets applied = new AppliedOffsets();

    @Test
    void whatWasAppliedIsReachedAndWhatComesLaterIsNot() {
        assertThat(applied.reached(3, 0)).isFalse();
        assertThat(applied.advance(3, 10)).isTrue();
        assertThat(applied.reached(3, 10)).isTrue();
        assertThat(applied.reached(3, 9)).isTrue();
        assertThat(applied.reached(3, 11)).isFalse();
        assertThat(applied.reached(4, 0)).isFalse();
    }

    @Test
    void offsetsNeverGoBack() {
        applied.advance(3, 10);
        assertThat(applied.advance(3, 9)).isFalse();
        assertThat(applied.advance(3, 10)).isFalse();
        assertThat(applied.reached(3, 10)).isTrue();
    }

    @Test
    void beyondTheBoundTheLowestOffsetGivesWay() {
        for (int p = 0; p < AppliedOffsets.PARTITIONS_MAX; p++) {
            applied.advance(p, 1_000 + (p + 500) % AppliedOffsets.PARTITIONS_MAX);
        }
        int lowest = AppliedOffsets.PARTITIONS_MAX - 500;
        assertThat(applied.reached(lowest, 1_000)).isTrue();
        applied.advance(50_000, 7_000);
        assertThat(applied.reached(50_000, 7_000)).isTrue();
        assertThat(applied.reached(lowest, 1_000)).isFalse();
        assertThat(applied.reached(lowest + 1, 1_001)).isTrue();
        assertThat(applied.storedBytes()).isEqualTo(4 + 12 * AppliedOffsets.PARTITIONS_MAX);
    }

    @Test
    void whatWasWrittenIsRead() {
        for (int p = 0; p < 5; p++) {
            applied.advance(p * 7, 1L << (40 + p));
        }
        ByteBuffer stored = ByteBuffer.allocate(applied.storedBytes());
        applied.write(stored);
        assertThat(stored.hasRemaining()).isFalse();
        AppliedOffsets read = AppliedOffsets.read(stored.flip());
        for (int p = 0; p < 5; p++) {
            assertThat(read.reached(p * 7, 1L << (40 + p))).isTrue();
            assertThat(read.reached(p * 7, (1L << (40 + p)) + 1)).isFalse();
        }
    }
}
