// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.AccessLevels;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
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
        return fetches(new ColdLimits(fetchesMax, heldBytesMax, 2, 0, 1_000, 4_096, 4), Runnable::run);
    }

    private ColdFetches fetches(ColdLimits limits, Executor owner) {
        return new ColdFetches(
                store, io::add, owner, limits, new AccessLevels(), () -> millis, change -> reserved += change);
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
    void whatNobodyNeedsAnyMoreIsNotFetched() {
        ColdNeed one = fetches.need(() -> {});
        one.fetch(ranges.subList(0, 2));
        one.release();
        ColdNeed other = fetches.need(() -> {});
        other.fetch(ranges.subList(1, 2));
        runIo();
        assertThat(store.reads()).isEqualTo(1);
        assertThat(fetches.bytes(ranges.get(1))).isNotNull();
        other.release();
        assertThat(fetches.underWay()).isZero();
        assertThat(fetches.heapBytes()).isZero();
    }

    @Test
    void whatWasPassedOverAndIsNeededAgainIsFetchedAfterAll() {
        ArrayDeque<Runnable> mails = new ArrayDeque<>();
        fetches = fetches(new ColdLimits(4, 100_000, 2, 0, 1_000, 4_096, 4), mails::add);
        ColdNeed one = fetches.need(() -> {});
        one.fetch(ranges.subList(0, 1));
        one.release();
        runIo();
        AtomicInteger done = new AtomicInteger();
        ColdNeed other = fetches.need(done::incrementAndGet);
        assertThat(other.fetch(ranges.subList(0, 1))).isTrue();
        mails.poll().run();
        runIo();
        mails.poll().run();
        assertThat(done).hasValue(1);
        assertThat(fetches.bytes(ranges.get(0))).isNotNull();
        assertThat(fetches.underWay()).isZero();
    }

    @Test
    void whatTwoHadHastenedAndNobodyNeedsIsForgottenOnce() {
        ColdNeed late = fetches.need(9_000, () -> {});
        late.fetch(ranges.subList(0, 1));
        ColdNeed soon = fetches.need(500, () -> {});
        soon.fetch(ranges.subList(0, 1));
        late.release();
        soon.release();
        runIo();
        assertThat(fetches.underWay()).isZero();
        assertThat(reserved).isZero();
        assertThat(store.reads()).isZero();
    }

    @Test
    void whoWouldWaitForMoreThanHalfOfItsTimeIsRefusedAtOnceUnlessItHasBegun() {
        fetches = fetches(new ColdLimits(64, 100_000, 2, 40, 1_000, 4_096, 1), Runnable::run);
        ColdNeed begun = fetches.need(millis + 100, () -> {});
        begun.fetch(ranges.subList(0, 1));
        store.setDown(true);
        runIo(); // it takes 40 ms to fail
        begun.fetch(ranges.subList(1, 2));
        assertThat(fetches.need(millis + 100, () -> {}).fetch(ranges.subList(2, 4)))
                .isFalse();
        assertThat(fetches.refused()).isEqualTo(2);
        assertThat(fetches.need(millis + 60_000, () -> {}).fetch(ranges.subList(2, 4)))
                .isTrue();
        assertThat(begun.fetch(ranges.subList(4, 6))).isTrue();
    }

    @Test
    void whoBeginsLeavesRoomToThoseWhoGoOn() {
        ColdNeed begun = fetches.need(1_000, () -> {});
        begun.fetch(ranges.subList(0, 2));
        assertThat(fetches.need(1_000, () -> {}).fetch(ranges.subList(2, 4))).isFalse();
        assertThat(fetches.underWay()).as("all or nothing").isEqualTo(2);
        assertThat(fetches.need(1_000, () -> {}).fetch(ranges.subList(0, 2)))
                .as("what others wait for already")
                .isTrue();
        assertThat(fetches.need(() -> {}).fetch(ranges.subList(2, 3)))
                .as("maintenance takes what there is")
                .isTrue();
        begun.fetch(ranges.subList(3, 4));
        assertThat(fetches.underWay()).isEqualTo(4);
    }

    @Test
    void whoNeedsMoreThanThereIsRoomForGetsItBitByBit() {
        fetches.need(1_000, () -> {}).fetch(ranges.subList(0, 1));
        ColdNeed large = fetches.need(1_000, () -> {});
        assertThat(large.fetch(ranges)).as("beside little else").isTrue();
        for (int round = 0; round < 3; round++) {
            runIo();
            large.fetch(ranges);
        }
        runIo();
        assertThat(ranges).allMatch(range -> fetches.bytes(range) != null);
    }

    @Test
    void whatIsDueLaterKeepsNobodyWaiting() {
        fetches = fetches(new ColdLimits(64, 100_000, 2, 40, 1_000, 4_096, 1), Runnable::run);
        store.setDown(true);
        fetches.need(() -> {}).fetch(ranges.subList(0, 1));
        runIo(); // it takes 40 ms to fail
        fetches.need(() -> {}).fetch(ranges.subList(1, 5));
        ColdNeed hasten = fetches.need(millis + 400, () -> {});
        assertThat(hasten.fetch(ranges.subList(5, 6))).isTrue();
        assertThat(hasten.fetch(ranges.subList(1, 2)))
                .as("sooner than it was due")
                .isTrue();
        store.setDown(false);
        io.stream().map(ColdTask.class::cast).sorted().limit(2).forEach(Runnable::run);
        assertThat(fetches.bytes(ranges.get(5))).isNotNull();
        assertThat(fetches.bytes(ranges.get(1))).isNotNull();
        runIo();
        assertThat(store.reads()).as("each once, and one failed twice").isEqualTo(2 + 5);
        assertThat(fetches.underWay()).isZero();
    }

    @Test
    void whatIsDueFirstGoesFirst() {
        millis = 1_000;
        fetches.need(() -> {}).fetch(ranges.subList(0, 1));
        fetches.need(9_000, () -> {}).fetch(ranges.subList(1, 2));
        fetches.need(5_000, () -> {}).fetch(ranges.subList(2, 3));
        assertThat(io.stream().map(ColdTask.class::cast).sorted().map(ColdTask::dueMillis))
                .containsExactly(5_000L, 9_000L, 11_000L);
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
        ColdLimits limits = new ColdLimits(4, 100_000, 1, 0, 1_000, 4_096, 4);
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
