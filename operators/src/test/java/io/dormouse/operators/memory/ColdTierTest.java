// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static io.dormouse.operators.Samples.query;
import static io.dormouse.operators.Samples.vector;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.Samples;
import io.dormouse.schema.EventType;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.QueryResult;
import io.dormouse.state.cold.SegmentNames;
import io.dormouse.state.shard.ShardKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.StateObjectCollection;
import org.apache.flink.runtime.state.DefaultOperatorStateBackend;
import org.apache.flink.runtime.state.DefaultOperatorStateBackendBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Raw pages in object storage, which is a folder here: queries wait for them, and never for ever. */
class ColdTierTest {

    @TempDir
    Path cold;

    @TempDir
    Path elsewhere;

    private ColdScenario at;

    @BeforeEach
    void begin() {
        at = new ColdScenario(cold);
    }

    private static void assertMovesAreTold(MemoryHarness memory) throws Exception {
        List<MemoryEvent> moves = memory.events().stream()
                .filter(event -> event.getType() == EventType.TIER_MOVED)
                .toList();
        long pages = moves.stream()
                .mapToLong(event -> Long.parseLong(event.getDetails().get("pages")))
                .sum();
        assertThat(pages).isPositive().isEqualTo(memory.counter("pagesMovedWarmToCold"));
        assertThat(moves).allSatisfy(event -> {
            assertThat(event.getNamespace()).isEqualTo("docs");
            assertThat(event.getDetails()).containsEntry("to", "cold").containsKey("segment");
        });
    }

    @Test
    void pagesThatNobodyUsesGoColdAndAreFetchedForTheQueryThatNeedsThem() throws Exception {
        try (MemoryHarness memory = at.start(ColdScenario.CRAMPED)) {
            at.fill(memory, 0, ColdScenario.ITEMS);
            at.age(memory);
            assertThat(at.objects()).isPositive();
            assertMovesAreTold(memory);
            boolean anyCold = false;
            for (int i = 0; i < ColdScenario.ITEMS; i += 7) {
                QueryResult answer = at.ask(memory, i).get(0);
                at.assertComplete(answer, i);
                anyCold |= answer.getCost().getPagesCold() > 0;
            }
            assertThat(anyCold).isTrue();
            assertThat(memory.gauge("accessesHot")).isPositive();
            assertThat(memory.gauge("accessesWarm")).isPositive();
            assertThat(memory.gauge("accessesCold")).isPositive();
            ColdScenario.until(memory, () -> {
                at.advance(memory, 1_000); // what ages in between lingers until a tick
                return memory.gauge("coldHeapBytes") == 0;
            });
        }
    }

    @Test
    void aQueryInFlightIsAnsweredAfterARestoreByItself() throws Exception {
        OperatorSubtaskState state;
        try (MemoryHarness memory = at.start(ColdScenario.CRAMPED)) {
            at.fill(memory, 0, ColdScenario.ITEMS);
            at.age(memory);
            memory.snapshot(1, at.now());
            for (int i = 0; i < 40; i++) {
                memory.send(Samples.ask(query("q" + i, "docs", 5, vector(ColdScenario.DIMENSION, i)), 0, 1, at.now()));
            }
            state = memory.snapshot(2, at.now());
            assertThat(memory.gauge("waitingRecords")).isPositive();
        }
        try (MemoryHarness memory = MemoryHarness.restore(MemoryHarness.settings(cold, ColdScenario.CRAMPED), state)) {
            at.resume(memory);
            List<QueryResult> answers = new ArrayList<>();
            ColdScenario.until(memory, () -> {
                answers.addAll(memory.answers());
                return memory.gauge("waitingRecords") == 0;
            });
            answers.addAll(memory.answers());
            assertThat(answers).isNotEmpty();
            answers.forEach(answer -> at.assertComplete(
                    answer, Integer.parseInt(answer.getQueryId().substring(1))));
        }
    }

    @Test
    void withoutObjectStorageAnswersArePartialAndSayWhyAndRecoverByThemselves() throws Exception {
        try (MemoryHarness memory = at.start(ColdScenario.CRAMPED)) {
            at.fill(memory, 0, ColdScenario.ITEMS);
            at.age(memory);
            at.loseSegments(memory, elsewhere);
            int partial = 0;
            for (int i = 0; i < ColdScenario.ITEMS; i += 20) {
                QueryResult answer = at.ask(memory, i).get(0);
                assertThat(answer.getError()).isNull();
                assertThat(answer.getHits()).hasSize(5);
                if (answer.getPartial()) {
                    partial++;
                    assertThat(answer.getPartialReason()).containsAnyOf("object storage", "damaged");
                }
            }
            assertThat(partial).isPositive();
            at.findSegments(elsewhere);
            at.advance(memory, ColdScenario.MINUTE);
            int whole = 0;
            for (int round = 0; round < 100 && whole < 20; round++) {
                QueryResult answer = at.ask(memory, round * 4).get(0);
                whole = answer.getPartial() ? 0 : whole + 1;
            }
            assertThat(whole).as("answers in a row that are whole again").isEqualTo(20);
        }
    }

    @Test
    void rescaledShardsFindTheirColdPages() throws Exception {
        OperatorSubtaskState state;
        try (MemoryHarness memory = at.start(ColdScenario.CRAMPED)) {
            at.fill(memory, 0, ColdScenario.ITEMS);
            at.age(memory);
            state = memory.snapshot(1, at.now());
        }
        for (int index = 0; index < 2; index++) {
            try (MemoryHarness memory =
                    MemoryHarness.rescaled(MemoryHarness.settings(cold, ColdScenario.CRAMPED), state, 1, 2, index)) {
                at.resume(memory);
                boolean owner = memory.owns(new ShardKey("docs", 0));
                assertThat(memory.gauge("coldSegments") > 0).isEqualTo(owner);
                if (owner) {
                    at.assertComplete(at.ask(memory, 123).get(0), 123);
                }
            }
        }
    }

    @Test
    void aCheckpointNamesTheSegmentsOfEachInstanceForTheSweep() throws Exception {
        OperatorSubtaskState state;
        try (MemoryHarness memory = at.start(ColdScenario.CRAMPED)) {
            at.fill(memory, 0, ColdScenario.ITEMS);
            at.age(memory);
            state = memory.snapshot(1, at.now());
            assertThat(names(state).names()).hasSize((int) memory.gauge("coldSegments"));
            assertThat(names(state)).matches(all -> all.complete() && all.firstGroup() == 0 && all.lastGroup() == 15);
            assertThat(objectNames()).containsAll(names(state).names());
        }
        Set<String> found = new TreeSet<>();
        int groups = 0;
        for (int index = 0; index < 2; index++) {
            try (MemoryHarness memory =
                    MemoryHarness.rescaled(MemoryHarness.settings(cold, ColdScenario.CRAMPED), state, 1, 2, index)) {
                SegmentNames part = names(memory.snapshot(2, at.now()));
                found.addAll(part.names());
                groups += part.lastGroup() - part.firstGroup() + 1;
            }
        }
        assertThat(found).containsExactlyElementsOf(names(state).names());
        assertThat(groups).isEqualTo(MemoryHarness.KEY_GROUPS);
    }

    @Test
    void aCheckpointOfAVersionWithoutNamesIsRestoredAndTheNextOneHasThem() throws Exception {
        OperatorSubtaskState state;
        try (MemoryHarness memory = at.start(ColdScenario.CRAMPED)) {
            at.fill(memory, 0, ColdScenario.ITEMS);
            at.age(memory);
            state = memory.snapshot(1, at.now());
        }
        OperatorSubtaskState old = state.toBuilder()
                .setManagedOperatorState(StateObjectCollection.empty())
                .build();
        try (MemoryHarness memory = MemoryHarness.restore(MemoryHarness.settings(cold, ColdScenario.CRAMPED), old)) {
            assertThat(names(memory.snapshot(2, at.now()))).isEqualTo(names(state));
        }
        // Nor are they lost on a job that has no cold tier for a while.
        try (MemoryHarness memory = MemoryHarness.restore(MemoryHarness.settings(), old)) {
            assertThat(names(memory.snapshot(2, at.now()))).isEqualTo(names(state));
        }
    }

    private static SegmentNames names(OperatorSubtaskState state) throws Exception {
        try (CloseableRegistry streams = new CloseableRegistry();
                DefaultOperatorStateBackend states = new DefaultOperatorStateBackendBuilder(
                                ColdTierTest.class.getClassLoader(),
                                new ExecutionConfig(),
                                false,
                                state.getManagedOperatorState(),
                                streams)
                        .build()) {
            Iterable<byte[]> elements =
                    states.getListState(LiveSegments.descriptor()).get();
            assertThat(elements).hasSize(1);
            return SegmentNames.read(elements.iterator().next());
        }
    }

    private List<String> objectNames() throws IOException {
        try (Stream<Path> files = Files.walk(cold)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .toList();
        }
    }

    @Test
    void atItsDeadlineAQueryIsAnsweredWithWhatThereIs() throws Exception {
        try (MemoryHarness memory = at.start(ColdScenario.CRAMPED)) {
            at.fill(memory, 0, ColdScenario.ITEMS);
            at.age(memory);
            memory.send(
                    Samples.ask(query("q7", "docs", 5, vector(ColdScenario.DIMENSION, 7)), 0, 1, at.now() - 20_000));
            List<QueryResult> answers = memory.answers();
            assertThat(answers).hasSize(1);
            assertThat(answers.get(0).getPartial()).isTrue();
            assertThat(answers.get(0).getPartialReason()).contains("object storage", "deadline");
            assertThat(answers.get(0).getHits()).hasSize(5);
        }
    }
}
