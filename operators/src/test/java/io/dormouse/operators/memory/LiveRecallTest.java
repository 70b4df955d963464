// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static io.dormouse.operators.Samples.ask;
import static io.dormouse.operators.Samples.ids;
import static io.dormouse.operators.Samples.ingest;
import static io.dormouse.operators.Samples.query;
import static io.dormouse.operators.Samples.upsert;
import static io.dormouse.operators.Samples.vector;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.schema.QueryResult;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** Sampled queries are run again between records; what that taught is part of the checkpoint. */
class LiveRecallTest {
    private static final int DIMENSION = 32;
    private static final int ITEMS = 6_000;
    private static final float TARGET = 0.8f;

    @Test
    void recallIsMeasuredBetweenRecordsAndHeldAtItsTarget() throws Exception {
        try (MemoryHarness memory = filled()) {
            assertThat(memory.number("liveRecall")).isNaN();
            assertThat(memory.gauge("liveRecallSamples")).isZero();
            askMany(memory, 1_200);
            assertThat(memory.gauge("liveRecallSamples")).isGreaterThan(100);
            assertThat(memory.number("liveRecall")).isBetween(TARGET - 0.06, TARGET + 0.06);
            assertThat(memory.number("liveRecallLowerBound")).isBetween(TARGET - 0.15, memory.number("liveRecall"));
            assertThat(memory.number("probesMean")).isGreaterThan(1);
            assertThat(memory.gauge("recallSampleBytes")).isPositive();
        }
    }

    @Test
    void aRestoredMemoryProbesAsItHadLearned() throws Exception {
        try (MemoryHarness memory = filled()) {
            List<Integer> untaught = pages(memory);
            askMany(memory, 1_200);
            OperatorSubtaskState state = memory.snapshot(1, 1);
            List<Integer> taught = pages(memory); // samples that these begin do not end, so nothing is learned between
            assertThat(taught).isNotEqualTo(untaught);
            try (MemoryHarness restored = MemoryHarness.restore(MemoryHarness.settings(), state)) {
                assertThat(pages(restored)).isEqualTo(taught);
            }
        }
    }

    private static MemoryHarness filled() throws Exception {
        MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings());
        for (int i = 0; i < ITEMS; i++) {
            memory.send(ingest(upsert("docs", "id-" + i, vector(DIMENSION, i)), 0, i));
            memory.runMail();
        }
        memory.runMails();
        return memory;
    }

    private static void askMany(MemoryHarness memory, int queries) throws Exception {
        for (int i = 0; i < queries; i++) {
            memory.setProcessingTime(memory.getProcessingTime() + 10);
            assertThat(ids(answer(memory, ITEMS + i))).hasSize(10);
            memory.runMails();
        }
    }

    /** Pages that queries probe, without letting any of them be sampled to the end. */
    private static List<Integer> pages(MemoryHarness memory) throws Exception {
        List<Integer> pages = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            QueryResult result = answer(memory, 100_000 + i);
            pages.add(result.getCost().getPagesHot() + result.getCost().getPagesWarm());
        }
        return pages;
    }

    private static QueryResult answer(MemoryHarness memory, int number) throws Exception {
        return memory.ask(
                ask(query("q" + number, "docs", 10, vector(DIMENSION, number)).setRecallTarget(TARGET), 0, 1, 0));
    }
}
