// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.AccessLevels;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ColdFetchesTest {
    private static final int PAGE_BYTES = 1_000;

    private final MapColdStore store = new MapColdStore();
    private final ArrayDeque<Runnable> io = new ArrayDeque<>();
    private final List<ColdRange> ranges = new ArrayList<>();
    private long millis;
    private long reserved;
    private ColdFetches fetches;

    @BeforeEach
    void store() throws Exception {
        List<Segment.Content> contents = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            byte[] page = new byte[PAGE_BYTES];
            page[0] = (byte) i;
            contents.add(new Segment.Content(new ShardKey("n", 0), i, page, null, null));
        }
        Segment segment = Segment.of(contents, 3);
        store.put(segment.name(), segment.bytes());
        segment.entries().forEach(entry -> ranges.add(entry.cold().vectors()));
        fetches = fetches(4, 100_000);
    }

    private ColdFetches fetches(int fetchesMax, long heldBytesMax) {
        ColdLimits limits = new ColdLimits(fetchesMax, heldBytesMax, 2, 0, 1_000, 4_096);
        return new ColdFetches(
                store, io::add, Runnable::run, limits, new AccessLevels(), () -> millis, change -> reserved += change);
    }

    private void runIo() {
        while (!io.isEmpty()) {
            io.poll().run();
        }
    }

    @Test
    void whatIsNeededStaysUntilNobodyNeedsIt() {
        AtomicInteger done = new AtomicInteger();
        ColdNeed one = fetches.need(done::incrementAndGet);
        ColdNeed other = fetches.need(done::incrementAndGet);
        assertThat(one.fetch(ranges.subList(0, 2))).isTrue();
        assertThat(other.fetch(ranges.subList(1, 3))).isTrue();
        assertThat(done).hasValue(0);
        runIo();
        assertThat(done).hasValue(2);
        assertThat(store.reads()).as("a fetch is shared").isEqualTo(3);
        assertThat(fetches.bytes(ranges.get(1))[0]).isEqualTo((byte) 1);
        one.release();
        assertThat(fetches.bytes(ranges.get(0))).isNull();
        assertThat(fetches.bytes(ranges.get(1))).isNotNull();
        other.release();
        assertThat(fetches.heapBytes()).isZero();
        assertThat(reserved).isZero();
    }

    @Test
    void aNeedThatIsReleasedBeforeItsFetchEndsLeavesNothing() {
        ColdNeed need = fetches.need(() -> {});
        need.fetch(ranges.subList(0, 1));
        need.release();
        runIo();
        assertThat(fetches.heapBytes()).isZero();
        assertThat(fetches.bytes(ranges.get(0))).isNull();
    }

    @Test
    void aFailureIsRememberedForAWhileAndThenTriedAgain() {
        store.setDown(true);
        AtomicInteger done = new AtomicInteger();
        ColdNeed need = fetches.need(done::incrementAndGet);
        assertThat(need.fetch(ranges.subList(0, 1))).isTrue();
        runIo();
        assertThat(done).hasValue(1);
        assertThat(store.reads()).as("attempts").isEqualTo(2);
        assertThat(fetches.failure(ranges.get(0)).lost()).isFalse();
        assertThat(need.fetch(ranges.subList(0, 1))).isFalse();
        store.setDown(false);
        millis += 1_000;
        assertThat(need.fetch(ranges.subList(0, 1))).isTrue();
        runIo();
        assertThat(fetches.bytes(ranges.get(0))).hasSize(PAGE_BYTES);
    }

    @Test
    void aMissingOrChangedObjectIsLost() {
        store.objects().replaceAll((name, object) -> new byte[object.length]);
        ColdNeed need = fetches.need(() -> {});
        need.fetch(ranges.subList(0, 1));
        runIo();
        assertThat(fetches.failure(ranges.get(0)).lost()).isTrue();
        store.objects().clear();
        need.fetch(ranges.subList(1, 2));
        runIo();
        assertThat(fetches.failure(ranges.get(1)).lost()).isTrue();
        assertThat(fetches.failure(ranges.get(1)).reason())
                .contains(ranges.get(1).segment());
        assertThat(fetches.heapBytes()).isZero();
    }

    @Test
    void fetchesBeyondTheBoundsAreRefused() {
        ColdNeed need = fetches.need(() -> {});
        need.fetch(ranges);
        assertThat(fetches.underWay()).isEqualTo(4);
        assertThat(fetches.refused()).isEqualTo(4);
        runIo();
        assertThat(need.fetch(ranges)).as("the rest is asked for again").isTrue();
        fetches = fetches(64, 3 * PAGE_BYTES);
        ColdNeed cramped = fetches.need(() -> {});
        cramped.fetch(ranges);
        assertThat(fetches.underWay()).isEqualTo(3);
        assertThat(reserved).isGreaterThanOrEqualTo(fetches.heapBytes());
    }

    @Test
    void aRangeLargerThanTheBoundIsFetchedAlone() {
        fetches = fetches(64, 10);
        ColdNeed need = fetches.need(() -> {});
        assertThat(need.fetch(ranges.subList(0, 2))).isTrue();
        runIo();
        assertThat(fetches.bytes(ranges.get(0))).isNotNull();
        assertThat(fetches.bytes(ranges.get(1))).isNull();
    }

    @Test
    void whereIoRunsOnTheCallersThreadARangeIsThereAtOnce() {
        ColdLimits limits = new ColdLimits(4, 100_000, 1, 0, 1_000, 4_096);
        ColdFetches direct = new ColdFetches(
                store,
                Runnable::run,
                Runnable::run,
                limits,
                new AccessLevels(),
                () -> millis,
                change -> reserved += change);
        ColdNeed need = direct.need(() -> {});
        assertThat(need.fetchNow(ranges.get(5))).isTrue();
        assertThat(need.fetch(Set.of(ranges.get(5)))).isFalse();
        assertThat(direct.underWay()).isZero();
        need.release();
        assertThat(reserved).isZero();
    }
}
