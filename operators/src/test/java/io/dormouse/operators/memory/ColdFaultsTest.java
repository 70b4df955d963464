// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static io.dormouse.operators.Samples.command;
import static io.dormouse.operators.Samples.create;
import static io.dormouse.operators.Samples.ingest;
import static io.dormouse.operators.Samples.query;
import static io.dormouse.operators.Samples.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.operators.Samples;
import io.dormouse.schema.CodeName;
import io.dormouse.schema.QueryResult;
import io.dormouse.state.fault.FaultPoint;
import io.dormouse.state.fault.InjectedCrash;
import io.dormouse.state.shard.ShardKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Crashes at the worst moments, and restores of what they leave: every item is there, once, with its payload. */
class ColdFaultsTest {
    private static final int PER_ROUND = 40;
    private static final int ROUNDS_MAX = 12;

    @TempDir
    Path cold;

    private ColdScenario at;
    private int items;
    private long offset;

    /** How far the stream had come at the last checkpoint. */
    private int itemsThen;

    private OperatorSubtaskState checkpoint;
    private long checkpoints;

    @BeforeEach
    void begin() {
        at = new ColdScenario(cold);
    }

    @AfterEach
    void endDrill() {
        FaultPoint.drill(null);
    }

    private MemoryHarness start() throws Exception {
        MemoryHarness memory = at.start(ColdScenario.CRAMPED);
        memory.send(command(create("c", "docs", ColdScenario.DIMENSION, 1).setCode(CodeName.RABITQ), 0));
        return memory;
    }

    private MemoryHarness restore(OperatorSubtaskState state) throws Exception {
        return at.resume(MemoryHarness.restore(at.settings(ColdScenario.CRAMPED), state));
    }

    private void write(MemoryHarness memory, int from, int end) throws Exception {
        for (int i = from; i < end; i++) {
            memory.send(ingest(ColdScenario.item(i), 0, offset++));
            memory.runMails();
        }
    }

    /** New items, old ones again so that segments empty, and time. */
    private void live(MemoryHarness memory, int round) throws Exception {
        write(memory, items, items + PER_ROUND);
        items += PER_ROUND;
        for (int i = round % 3; i < items; i += 3) {
            write(memory, i, i + 1);
        }
        for (int i = 0; i < 4; i++) {
            at.advance(memory, ColdScenario.MINUTE);
        }
        at.settle(memory);
    }

    /** Questions that fetch pages and bring them back. */
    private void question(MemoryHarness memory) throws Exception {
        for (int i = 0; i < items; i += 11) {
            at.assertComplete(at.ask(memory, i).get(0), i);
            at.assertComplete(at.ask(memory, i).get(0), i);
        }
    }

    /** Complete by itself: RocksDB is not told that it succeeded, so the next one refers to nothing in it. */
    private void takeCheckpoint(MemoryHarness memory) throws Exception {
        checkpoint = memory.snapshot(++checkpoints, at.now());
        itemsThen = items;
    }

    private void assertAllThere(MemoryHarness memory) throws Exception {
        for (int i = 0; i < items; i++) {
            at.assertComplete(at.ask(memory, i).get(0), i);
        }
    }

    @Test
    void aCrashRightAfterARestoreLosesNothing() throws Exception {
        try (MemoryHarness memory = start()) {
            live(memory, 0);
            takeCheckpoint(memory);
        }
        FaultPoint.drill(FaultPoint.crashAt(FaultPoint.STATE_RESTORED, 1));
        assertThatThrownBy(() -> restore(checkpoint)).isInstanceOf(InjectedCrash.class);
        FaultPoint.drill(null);
        try (MemoryHarness memory = restore(checkpoint)) {
            assertAllThere(memory);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STATE_RESTORED")
    void aCrashAtAnyPointLosesNothing(FaultPoint point) throws Exception {
        boolean crashed = false;
        try (MemoryHarness memory = start()) {
            takeCheckpoint(memory);
            live(memory, 0);
            takeCheckpoint(memory);
            FaultPoint.drill(FaultPoint.crashAt(point, 2));
            for (int round = 1; round < ROUNDS_MAX; round++) {
                live(memory, round);
                if (point != FaultPoint.PAGE_MOVED) { // pages that come back are not moved
                    question(memory);
                }
                takeCheckpoint(memory);
            }
        } catch (Exception e) {
            crashed = isInjected(e);
            if (!crashed) {
                throw e;
            }
        }
        FaultPoint.drill(null);
        assertThat(crashed).as("reached " + point).isTrue();
        try (MemoryHarness memory = restore(checkpoint)) {
            write(memory, itemsThen, items); // what Kafka has since the checkpoint
            assertAllThere(memory);
            live(memory, ROUNDS_MAX);
            takeCheckpoint(memory);
        }
    }

    private static boolean isInjected(Throwable failure) {
        return failure != null && (failure instanceof InjectedCrash || isInjected(failure.getCause()));
    }

    @Test
    void anOlderCheckpointFindsItsPagesAfterTheirSegmentsWereRewritten() throws Exception {
        OperatorSubtaskState older;
        try (MemoryHarness memory = start()) {
            write(memory, 0, 200);
            items = 200;
            at.age(memory);
            takeCheckpoint(memory);
            older = checkpoint;
            for (int round = 0; memory.gauge("coldSegmentsRewritten") < 2; round++) {
                assertThat(round).isLessThan(ROUNDS_MAX);
                live(memory, round);
            }
        }
        items = 200;
        try (MemoryHarness memory = restore(older)) {
            assertAllThere(memory);
        }
    }

    @Test
    void questionsInFlightAreAnsweredAfterRescalingFromOneToTwoToOne() throws Exception {
        OperatorSubtaskState one;
        MemorySettings settings = at.settings(ColdScenario.CRAMPED);
        int asked = 60;
        List<QueryResult> answers = new ArrayList<>();
        try (MemoryHarness memory = start()) {
            write(memory, 0, 200);
            items = 200;
            at.age(memory);
            for (int i = 0; i < asked; i++) {
                memory.send(Samples.ask(query("q" + i, "docs", 5, vector(ColdScenario.DIMENSION, i)), 0, 1, at.now()));
            }
            one = memory.snapshot(1, at.now());
            answers.addAll(memory.answers());
            assertThat(memory.gauge("waitingRecords")).isPositive();
        }
        List<OperatorSubtaskState> two = new ArrayList<>();
        for (int index = 0; index < 2; index++) {
            try (MemoryHarness memory = at.resume(MemoryHarness.rescaled(settings, one, 1, 2, index))) {
                if (memory.owns(new ShardKey("docs", 0))) {
                    assertThat(memory.gauge("waitingRecords")).isPositive();
                    memory.runMail(); // asked again: fetches are in flight once more
                }
                two.add(memory.snapshot(2, at.now()));
                answers.addAll(memory.answers());
            }
        }
        OperatorSubtaskState merged = MemoryHarness.repackageState(two.toArray(OperatorSubtaskState[]::new));
        try (MemoryHarness memory = at.resume(MemoryHarness.rescaled(settings, merged, 2, 1, 0))) {
            ColdScenario.until(memory, () -> {
                answers.addAll(memory.answers());
                return memory.gauge("waitingRecords") == 0;
            });
            answers.addAll(memory.answers());
            assertAllThere(memory);
        }
        assertThat(answers).extracting(QueryResult::getQueryId).hasSizeGreaterThanOrEqualTo(asked);
        assertThat(answers.stream().map(QueryResult::getQueryId).distinct()).hasSize(asked);
        answers.forEach(answer ->
                at.assertComplete(answer, Integer.parseInt(answer.getQueryId().substring(1))));
    }
}
