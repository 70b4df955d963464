// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.shard.Losses;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.AccessLevels;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SuspectRangesTest {
    private static final ShardKey SHARD = new ShardKey("n", 0);
    private static final int SUSPECTS_MAX = 1_024;
    private static final int RANGES = SUSPECTS_MAX + 1;

    private final MapColdStore store = new MapColdStore();
    private final ArrayDeque<Runnable> io = new ArrayDeque<>();
    private final List<ColdRange> ranges = new ArrayList<>();
    private final List<Long> lost = new ArrayList<>();
    private final List<Long> found = new ArrayList<>();
    private long millis;
    private Segment segment;
    private SuspectRanges suspects;

    @BeforeEach
    void aStoreThatHasLostItsObject() throws Exception {
        List<Segment.Content> contents = new ArrayList<>();
        for (int i = 0; i < RANGES; i++) {
            contents.add(new Segment.Content(SHARD, i, new byte[64], null, null));
        }
        segment = Segment.of(contents, 3);
        segment.entries().forEach(entry -> ranges.add(entry.cold().vectors()));
        ColdLimits limits = new ColdLimits(64, 1_000_000, 2, 0, 1_000, 4_096, 4);
        ColdFetches fetches =
                new ColdFetches(store, io::add, Runnable::run, limits, new AccessLevels(), () -> millis, change -> {});
        SuspectRanges.Listener listener = new SuspectRanges.Listener() {
            @Override
            public boolean lost(Losses.Place place, String reason) {
                return lost.add(place.page());
            }

            @Override
            public void found(Losses.Place place) {
                found.add(place.page());
            }
        };
        suspects = new SuspectRanges(fetches, listener, () -> millis);
    }

    private void add(int range) {
        suspects.add(ranges.get(range), new Losses.Place(SHARD, Losses.What.VECTORS, range));
    }

    /** Lets time pass second by second. */
    private void pass(long seconds) {
        for (long i = 0; i < seconds; i++) {
            millis += 1_000;
            suspects.tick();
            while (!io.isEmpty()) {
                io.poll().run();
            }
        }
    }

    @Test
    void aLossIsToldOfOnceItIsProvenAndTakenBackWhenItEnds() throws Exception {
        add(0);
        pass(SuspectRanges.PROOF_MILLIS / 1_000 - 1);
        assertThat(lost).isEmpty();
        pass(1);
        assertThat(lost).containsExactly(0L);
        pass(SuspectRanges.PROOF_MILLIS / 1_000 * 2);
        assertThat(lost).as("looked at again").containsExactly(0L);
        store.put(segment.name(), segment.bytes());
        pass(SuspectRanges.PROOF_MILLIS / 1_000 * 4);
        assertThat(found).containsExactly(0L);
    }

    @Test
    void whatWasToldOfMakesRoomForWhatWasNot() {
        for (int i = 0; i < SUSPECTS_MAX; i++) {
            add(i);
        }
        pass(SuspectRanges.PROOF_MILLIS / 1_000 + 70);
        assertThat(lost).hasSize(SUSPECTS_MAX);
        add(SUSPECTS_MAX);
        pass(SuspectRanges.PROOF_MILLIS / 1_000 + 70);
        assertThat(lost).hasSize(RANGES).endsWith((long) SUSPECTS_MAX);
    }

    @Test
    void oneTooManyIsWatchedWhenItIsMetAgain() {
        for (int i = 0; i < RANGES; i++) {
            add(i);
        }
        pass(SuspectRanges.PROOF_MILLIS / 1_000 + 70);
        assertThat(lost).hasSize(SUSPECTS_MAX).doesNotContain((long) SUSPECTS_MAX);
        add(SUSPECTS_MAX);
        pass(SuspectRanges.PROOF_MILLIS / 1_000 + 70);
        assertThat(lost).hasSize(RANGES);
    }
}
