// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.VectorPage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FrameTest {
    private static byte[] stored(int room) {
        return Frame.seal(BlockKind.ITEM, Frame.body(room).putLong(0x1122334455667788L));
    }

    private static void assertRefused(byte[] stored, String... parts) {
        assertThatThrownBy(() -> Frame.open(BlockKind.ITEM, stored))
                .isInstanceOf(CorruptBlockException.class)
                .satisfies(e -> assertThat(parts).allMatch(e.getMessage()::contains));
    }

    @Test
    void aBodyComesBack() {
        ByteBuffer body = Frame.open(BlockKind.ITEM, stored(8));
        assertThat(body.remaining()).isEqualTo(8);
        assertThat(body.getLong()).isEqualTo(0x1122334455667788L);
    }

    @Test
    void roomThatWasNotUsedIsNotStored() {
        assertThat(stored(100)).isEqualTo(stored(8)).hasSize(Frame.HEADER_BYTES + 8);
    }

    @Test
    void aBodyMayBeEmpty() {
        byte[] stored = Frame.seal(BlockKind.LIVE, Frame.body(0));
        assertThat(Frame.open(BlockKind.LIVE, stored).hasRemaining()).isFalse();
    }

    @Test
    void everyFlippedBitIsDetected() {
        byte[] stored = stored(8);
        for (int bit = 0; bit < stored.length * 8; bit++) {
            byte[] flipped = stored.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefused(flipped);
        }
    }

    @Test
    void everyTruncationIsDetected() {
        byte[] stored = stored(8);
        IntStream.range(0, stored.length).forEach(length -> assertRefused(Arrays.copyOf(stored, length)));
        assertRefused(Arrays.copyOf(stored, stored.length + 1));
    }

    @Test
    void refusalsSayWhatIsWrong() {
        byte[] version2 = stored(8);
        version2[3] = 2;
        assertRefused(version2, "ITEM", "02424d44", "expected magic and version 01424d44");
        assertRefused(Frame.seal(BlockKind.HEAD, Frame.body(4).putInt(1)), "says kind 1", "expected kind 6");
        assertRefused(Arrays.copyOf(stored(8), 20), "8 body bytes", "4");
        assertRefused(new byte[3], "3 bytes", "16");
        byte[] damaged = stored(8);
        damaged[17]++;
        assertRefused(damaged, "ITEM block of 8 body bytes fails its CRC32C");
    }

    @Test
    void aMissingBlockIsRefusedLikeADamagedOne() {
        assertRefused(null, "ITEM block is missing");
    }

    @Test
    void aFrameIsToldFromAVectorPage() {
        assertThat(Frame.isFrame(stored(8))).isTrue();
        VectorPage page = VectorPage.allocate(PageKind.SCAN, Code.INT8, 4, 4);
        assertThat(Frame.isFrame(page.write(0))).isFalse();
        assertThat(Frame.isFrame(new byte[0])).isFalse();
    }
}
