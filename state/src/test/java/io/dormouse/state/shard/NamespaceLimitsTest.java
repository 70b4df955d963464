// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.store.MapWarmStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The limits of bytes and of records a second; the one of items is in {@link ShardMemoryTest}. */
class NamespaceLimitsTest {
    private static final int VECTOR_BYTES = 2 * Float.BYTES;
    private static final long START = 1_700_000_000_000L;

    private long offset;

    @Test
    void bytesAreThoseOfVectorsPayloadsAndMetadataOfLiveItems() {
        TestShard shard = limited(1, 0, 0);
        put(shard, "a", 10, 0);
        put(shard, "b", -1, 7);
        assertThat(shard.awake().valueBytes()).isEqualTo(2 * VECTOR_BYTES + 10 + 7);
        put(shard, "a", 3, 0);
        delete(shard, "b");
        assertThat(shard.reopened().awake().valueBytes()).isEqualTo(VECTOR_BYTES + 3);
        delete(shard, "a");
        assertThat(shard.reopened().awake().valueBytes()).isZero();
    }

    @Test
    void whatWouldExceedTheBytesIsRefusedAndWhatFitsExactlyIsNot() {
        TestShard shard = limited(1, 100, 0);
        assertThat(put(shard, "a", 40 - VECTOR_BYTES, 0)).isEqualTo(WriteOutcome.APPLIED);
        assertThat(put(shard, "b", 61 - VECTOR_BYTES, 0)).isEqualTo(WriteOutcome.BYTES_LIMIT);
        assertThat(put(shard, "b", 0, 61 - VECTOR_BYTES)).isEqualTo(WriteOutcome.BYTES_LIMIT);
        assertThat(put(shard, "b", 60 - VECTOR_BYTES, 0)).isEqualTo(WriteOutcome.APPLIED);
        assertThat(shard.awake().items()).isEqualTo(2);
        TestShard restored = shard.reopened();
        assertThat(put(restored, "c", 0, 0)).isEqualTo(WriteOutcome.BYTES_LIMIT);
        delete(restored, "a");
        assertThat(put(restored, "c", 40 - VECTOR_BYTES, 0)).isEqualTo(WriteOutcome.APPLIED);
    }

    /** Even above the limit, which an ALTER may have lowered. */
    @Test
    void anItemMayAlwaysBeReplacedByOneThatIsNoLarger() {
        TestShard shard = limited(1, 100, 0);
        put(shard, "a", 100 - VECTOR_BYTES, 0);
        shard.awake().alter(settings(1, 50, 0));
        assertThat(put(shard, "a", 101 - VECTOR_BYTES, 0)).isEqualTo(WriteOutcome.BYTES_LIMIT);
        assertThat(put(shard, "a", 100 - VECTOR_BYTES, 0)).isEqualTo(WriteOutcome.APPLIED);
        assertThat(put(shard, "a", 60 - VECTOR_BYTES, 0)).isEqualTo(WriteOutcome.APPLIED);
        assertThat(put(shard, "a", 61 - VECTOR_BYTES, 0)).isEqualTo(WriteOutcome.BYTES_LIMIT);
        assertThat(delete(shard, "a")).isEqualTo(WriteOutcome.APPLIED);
        shard.awake().alter(settings(1, 0, 0));
        assertThat(put(shard, "a", 10_000, 0)).isEqualTo(WriteOutcome.APPLIED);
    }

    @Test
    void partitionsShareBytesAndRecordsEvenly() {
        TestShard shard = limited(4, 40, 8);
        assertThat(put(shard, "a", 11 - VECTOR_BYTES, 0)).isEqualTo(WriteOutcome.BYTES_LIMIT);
        assertThat(put(shard, "a", 10 - VECTOR_BYTES, 0)).isEqualTo(WriteOutcome.APPLIED);
        assertThat(put(shard, "a", 0, 0)).isEqualTo(WriteOutcome.APPLIED);
        assertThat(put(shard, "a", 0, 0)).isEqualTo(WriteOutcome.RATE_LIMIT);
    }

    @Test
    void aSecondsWorthIsTakenAtOnceAndThenAsManyAsTimePasses() {
        TestShard shard = limited(1, 0, 10);
        assertThat(taken(shard, 20, START, 0)).hasSize(10);
        assertThat(taken(shard, 20, START + 250, 0)).hasSize(2);
        assertThat(taken(shard, 100, START + 300, 10))
                .as("one second at 100 a second")
                .hasSize(10);
        assertThat(taken(shard, 20, START + 3_600_000, 0))
                .as("a full bucket holds no more")
                .hasSize(10);
    }

    @Test
    void lessThanOneRecordASecondForAPartitionIsARecordEverySoOften() {
        TestShard shard = limited(4, 0, 2);
        assertThat(taken(shard, 10, START, 500)).containsExactly("i0", "i4", "i8");
    }

    @Test
    void deletesAndWhatChangesNothingDoNotCount() {
        TestShard shard = limited(1, 0, 2);
        assertThat(at(shard, "a", START)).isEqualTo(WriteOutcome.APPLIED);
        offset--;
        assertThat(at(shard, "a", START)).as("a repeat").isEqualTo(WriteOutcome.SUPERSEDED);
        for (int i = 0; i < 5; i++) {
            assertThat(delete(shard, "none")).isEqualTo(WriteOutcome.NOT_FOUND);
        }
        assertThat(at(shard, "b", START)).isEqualTo(WriteOutcome.APPLIED);
        assertThat(at(shard, "c", START)).isEqualTo(WriteOutcome.RATE_LIMIT);
        assertThat(delete(shard, "a")).isEqualTo(WriteOutcome.APPLIED);
    }

    @Test
    void afterARestoreTheSameRecordsAreTakenHoweverFastTheyCome() {
        TestShard shard = limited(1, 0, 10);
        taken(shard, 20, START, 0);
        TestShard restored = shard.reopened();
        long replayed = offset;
        List<String> first = taken(shard, 300, START + 100, 35);
        assertThat(first).hasSizeBetween(100, 110);
        offset = replayed;
        assertThat(taken(restored, 300, START + 100, 35)).isEqualTo(first);
    }

    @Test
    void timestampsThatGoBackNeitherAddRoomNorTakeIt() {
        TestShard shard = limited(1, 0, 10);
        assertThat(taken(shard, 5, START, 0)).hasSize(5);
        assertThat(taken(shard, 20, START - 60_000, 1_000)).hasSize(5);
        assertThat(taken(shard, 20, START + 500, 0)).hasSize(5);
    }

    @Test
    void alteringTheRateStartsWithAFullBucket() {
        TestShard shard = limited(1, 0, 2);
        assertThat(taken(shard, 5, START, 0)).hasSize(2);
        shard.awake().alter(settings(1, 0, 4));
        assertThat(taken(shard, 5, START, 0)).hasSize(4);
        shard.awake().alter(settings(1, 0, 0));
        assertThat(taken(shard, 50, START, 0)).hasSize(50);
    }

    private static NamespaceSettings settings(int partitions, long bytesMax, int recordsPerSecondMax) {
        return new NamespaceSettings(2, Metric.L2, Code.FLOAT32, partitions, 0.9f, 0, bytesMax, recordsPerSecondMax);
    }

    private static TestShard limited(int partitions, long bytesMax, int recordsPerSecondMax) {
        return new TestShard(
                settings(partitions, bytesMax, recordsPerSecondMax),
                new MapWarmStore(),
                new MemoryLimits(1 << 20, 1 << 20, 1024, 1024));
    }

    /** @param payload bytes of payload, negative for none; likewise metadata */
    private WriteOutcome put(TestShard shard, String id, int payload, int metadata) {
        byte[] text = payload < 0 ? null : new byte[payload];
        Item item = new Item(id, version(), START, 0, Float.NaN, false, text, new byte[metadata]);
        return shard.awake().upsert(item, TestShard.bytes(1, 2));
    }

    private WriteOutcome delete(TestShard shard, String id) {
        return shard.awake().delete(id, version());
    }

    private ItemVersion version() {
        return new ItemVersion(ItemVersion.NONE, 0, offset++);
    }

    private WriteOutcome at(TestShard shard, String id, long timestampMillis) {
        return shard.awake().upsert(TestShard.item(id, version()), TestShard.bytes(1, 2), timestampMillis);
    }

    /** Sends so many records and returns the ids of those that were taken. */
    private List<String> taken(TestShard shard, int records, long fromMillis, int apartMillis) {
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            if (at(shard, "i" + i, fromMillis + (long) i * apartMillis) == WriteOutcome.APPLIED) {
                taken.add("i" + i);
            }
        }
        return taken;
    }
}
