// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static io.dormouse.operators.Samples.ask;
import static io.dormouse.operators.Samples.delete;
import static io.dormouse.operators.Samples.ids;
import static io.dormouse.operators.Samples.ingest;
import static io.dormouse.operators.Samples.query;
import static io.dormouse.operators.Samples.upsert;
import static io.dormouse.operators.Samples.vector;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.schema.Hit;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.Tier;
import org.junit.jupiter.api.Test;

/** Work that waits in the mailbox, and what happens when heap is scarce. */
class MemoryStepsTest {
    private static final int DIMENSION = 32;
    private static final int ITEMS = 2_000;

    @Test
    void maintenanceIsDoneFromTheMailboxOneStepAMail() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            int mails = 0;
            for (int i = 0; i < ITEMS; i++) {
                memory.send(ingest(upsert("docs", "id-" + i, vector(DIMENSION, i)), 0, i));
                if (memory.runMail()) {
                    mails++;
                }
            }
            mails += memory.runMails();

            assertThat(mails).isGreaterThan(20);
            assertThat(memory.gauge("waitingSteps")).isZero();
            QueryResult all = memory.ask(ask(query("q", "docs", ITEMS, vector(DIMENSION, 1)), 0, 1, 0));
            assertThat(all.getCost().getPagesHot()).isGreaterThan(10);
            assertThat(ids(all)).hasSize(ITEMS).doesNotHaveDuplicates();
        }
    }

    @Test
    void stepsThatAreLeftWhenTheTaskEndsDoNotFailIt() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            for (int i = 0; i < ITEMS; i++) {
                memory.send(ingest(upsert("docs", "id-" + i, vector(DIMENSION, i)), 0, i));
            }
            // As after a savepoint that stops the job: what waits is run, nothing more is taken.
            memory.getTaskMailbox().quiesce();
            assertThat(memory.runMails()).isPositive();
            assertThat(memory.gauge("waitingSteps")).isPositive();
        }
    }

    @Test
    void gaugesTellWhatMaintenanceHasDoneAndHasLeftToDo() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            assertThat(memory.number("rawLiveShare")).isNaN();
            for (int i = 0; i < ITEMS; i++) {
                memory.send(ingest(upsert("docs", "id-" + i, vector(DIMENSION, i)), 0, i));
                memory.runMail();
            }
            memory.runMails();
            assertThat(memory.gauge("upkeepSplits")).isPositive();
            assertThat(memory.gauge("upkeepRowsReassigned")).isPositive();
            assertThat(memory.gauge("upkeepRawPagesCompacted")).isZero();
            assertThat(memory.gauge("upkeepOutstanding")).isZero();
            long rawPages = memory.gauge("rawPages");
            long steps = memory.gauge("upkeepSteps");
            assertThat(rawPages).isPositive();
            assertThat(memory.number("rawLiveShare")).isBetween(0.9, 1.0);

            for (int i = 0; i < ITEMS; i++) {
                if (i % 20 != 0) {
                    memory.send(ingest(delete("docs", "id-" + i), 0, ITEMS + i));
                }
            }
            assertThat(memory.gauge("upkeepOutstanding")).isPositive();
            memory.runMails();
            assertThat(memory.gauge("upkeepOutstanding")).isZero();
            assertThat(memory.gauge("upkeepMerges")).isPositive();
            assertThat(memory.gauge("upkeepRawPagesCompacted")).isPositive();
            assertThat(memory.gauge("upkeepSteps")).isGreaterThan(steps);
            assertThat(memory.gauge("rawPages")).isLessThan(rawPages / 2);
        }
    }

    @Test
    void oneMailIsQueuedHoweverManyStepsWait() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            for (int i = 0; i < ITEMS; i++) {
                memory.send(ingest(upsert("docs", "id-" + i, vector(DIMENSION, i)), 0, i));
            }
            assertThat(memory.getTaskMailbox().size()).isEqualTo(1);
            assertThat(memory.gauge("waitingSteps")).isPositive();
        }
    }

    @Test
    void dirtyBytesStayBelowTwiceTheirLimitAndBelowItOnceTheMailsAreDone() throws Exception {
        long dirtyBytesMax = 20_000;
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings(64 << 20, dirtyBytesMax, 100))) {
            for (int i = 0; i < ITEMS; i++) {
                memory.send(ingest(upsert("ns-" + i % 7, "id-" + i, vector(DIMENSION, i)), 0, i));
                assertThat(memory.gauge("dirtyBytes")).isLessThanOrEqualTo(2 * dirtyBytesMax);
            }
            assertThat(memory.gauge("dirtyBytes")).isPositive();
            memory.runMails();
            assertThat(memory.gauge("dirtyBytes")).isLessThanOrEqualTo(dirtyBytesMax);
            memory.snapshot(1, 1);
            assertThat(memory.gauge("dirtyBytes")).isZero();
        }
    }

    @Test
    void pagesThatDoNotFitIntoHeapAreReadFromRocksDbAndTheHitSaysSo() throws Exception {
        long hotBytesMax = 60_000;
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings(hotBytesMax, 10_000, 100))) {
            for (int i = 0; i < ITEMS; i++) {
                memory.send(ingest(upsert("docs", "id-" + i, vector(DIMENSION, i)), 0, i));
            }
            memory.runMails();

            int warm = 0;
            for (int i = 0; i < 20; i++) {
                QueryResult result = memory.ask(ask(query("q" + i, "docs", 1, vector(DIMENSION, 97 * i)), 0, 1, 0));
                assertThat(ids(result)).containsExactly("id-" + 97 * i);
                warm += result.getHits().stream()
                        .map(Hit::getTier)
                        .filter(Tier.WARM::equals)
                        .count();
                assertThat(result.getCost().getPagesWarm()).isPositive();
                assertThat(memory.gauge("hotBytes")).isLessThanOrEqualTo(hotBytesMax);
            }
            assertThat(warm).isPositive();
            assertThat(memory.gauge("hotEvictions")).isPositive();
        }
    }

    @Test
    void pagesThatFitIntoHeapAreHot() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));

            QueryResult result = memory.ask(ask(query("q", "docs", 1, 1, 0), 0, 1, 0));

            assertThat(result.getHits()).extracting(Hit::getTier).containsExactly(Tier.HOT);
            assertThat(result.getCost().getPagesWarm()).isZero();
        }
    }
}
