// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.CorruptBlockException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentTest {
    private static final int FLIPS = 10_000;

    private static List<Segment.Content> contents() {
        Random random = new Random(1);
        List<Segment.Content> contents = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] vectors = new byte[500 + random.nextInt(500)];
            random.nextBytes(vectors);
            byte[] payloads = i % 3 == 0
                    ? null
                    : "a payload, a payload, a payload".repeat(i).getBytes();
            contents.add(
                    new Segment.Content(new ShardKey("namespäce" + i % 4, i % 2), 1_000L * i, vectors, payloads, null));
        }
        return contents;
    }

    private static byte[] range(Segment segment, ColdRange range) {
        return Arrays.copyOfRange(segment.bytes(), (int) range.offset(), (int) range.offset() + range.storedBytes());
    }

    private static List<Segment.Entry> table(String name, byte[] object) throws IOException {
        byte[] footer = Arrays.copyOfRange(object, object.length - Segment.FOOTER_BYTES, object.length);
        ColdRange at = Segment.table(name, footer, object.length);
        byte[] table = Arrays.copyOfRange(object, (int) at.offset(), (int) at.offset() + at.storedBytes());
        return Segment.entries(at, table);
    }

    @Test
    void whatGoesInComesOut() throws Exception {
        List<Segment.Content> contents = contents();
        Segment segment = Segment.of(contents, 3);
        assertThat(table(segment.name(), segment.bytes())).isEqualTo(segment.entries());
        for (int i = 0; i < contents.size(); i++) {
            Segment.Entry entry = segment.entries().get(i);
            assertThat(entry.shard()).isEqualTo(contents.get(i).shard());
            assertThat(entry.page()).isEqualTo(contents.get(i).page());
            assertThat(ColdPage.read(entry.cold().write())).isEqualTo(entry.cold());
            ColdRange vectors = entry.cold().vectors();
            assertThat(vectors.decode(range(segment, vectors)))
                    .isEqualTo(contents.get(i).vectors());
            if (contents.get(i).payloads() == null) {
                assertThat(entry.cold().payloads()).isNull();
            } else {
                ColdRange payloads = entry.cold().payloads();
                assertThat(payloads.decode(range(segment, payloads)))
                        .isEqualTo(contents.get(i).payloads());
            }
        }
    }

    @Test
    void theSameContentHasTheSameName() {
        assertThat(Segment.of(contents(), 3).name())
                .isEqualTo(Segment.of(contents(), 3).name());
        assertThat(Segment.of(contents(), 3).name())
                .isNotEqualTo(Segment.of(contents().subList(1, 20), 3).name());
    }

    @Test
    void everyFlippedBitIsDetected() {
        Segment segment = Segment.of(contents(), 3);
        Random random = new Random(2);
        int harmful = 0;
        for (int i = 0; i < FLIPS; i++) {
            byte[] object = segment.bytes().clone();
            int bit = random.nextInt(8 * object.length);
            object[bit / 8] ^= (byte) (1 << bit % 8);
            for (Segment.Entry entry : segment.entries()) {
                harmful += detects(object, bit / 8, entry.cold().vectors()) ? 1 : 0;
                harmful += entry.cold().payloads() != null
                                && detects(object, bit / 8, entry.cold().payloads())
                        ? 1
                        : 0;
            }
        }
        assertThat(harmful).isGreaterThan(FLIPS / 2);
    }

    /** Whether the flip lay in the range; then it must have been seen. */
    private static boolean detects(byte[] object, int at, ColdRange range) {
        if (at < range.offset() || at >= range.offset() + range.storedBytes()) {
            return false;
        }
        byte[] stored = Arrays.copyOfRange(object, (int) range.offset(), (int) range.offset() + range.storedBytes());
        assertThatThrownBy(() -> range.decode(stored)).isInstanceOf(CorruptColdException.class);
        return true;
    }

    @Test
    void aFlippedBitInTableOrFooterIsDetected() throws Exception {
        Segment segment = Segment.of(contents(), 3);
        List<Segment.Entry> entries = segment.entries();
        int length = segment.bytes().length;
        byte[] footer = Arrays.copyOfRange(segment.bytes(), length - Segment.FOOTER_BYTES, length);
        int tableAt = (int) Segment.table(segment.name(), footer, length).offset();
        for (int bit = 8 * tableAt; bit < 8 * length; bit++) {
            byte[] object = segment.bytes().clone();
            object[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertThat(table(segment.name(), object)).isEqualTo(entries);
            } catch (CorruptColdException | CorruptBlockException e) {
                assertThat(e).hasMessageContaining(segment.name());
            }
        }
    }

    @Test
    void anotherObjectsBytesAreRefused() {
        Segment one = Segment.of(contents(), 3);
        Segment other = Segment.of(contents().subList(3, 20), 3);
        ColdRange range = one.entries().get(0).cold().vectors();
        assertThatThrownBy(() -> range.decode(range(other, range)))
                .isInstanceOf(CorruptColdException.class)
                .hasMessageContaining(one.name());
    }

    @Test
    void aShortReadIsRefused() {
        Segment segment = Segment.of(contents(), 3);
        ColdRange range = segment.entries().get(0).cold().vectors();
        byte[] stored = range(segment, range);
        assertThatThrownBy(() -> range.decode(Arrays.copyOf(stored, stored.length - 1)))
                .isInstanceOf(CorruptColdException.class);
    }

    @Test
    void packedPayloadsAreFoundByPlace() throws Exception {
        Payloads payloads = new Payloads();
        assertThat(payloads.packed()).isNull();
        payloads.add(3, "three".getBytes());
        payloads.add(7, new byte[0]);
        byte[] packed = payloads.packed();
        PackedPayloads found = new PackedPayloads(packed);
        assertThat(found.find(3)).isEqualTo("three".getBytes());
        assertThat(found.find(7)).isEmpty();
        assertThat(found.find(4)).isNull();
        assertThatThrownBy(() -> new PackedPayloads(Arrays.copyOf(packed, packed.length - 3)))
                .isInstanceOf(CorruptColdException.class);
    }
}
