// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static io.dormouse.operators.Samples.ask;
import static io.dormouse.operators.Samples.command;
import static io.dormouse.operators.Samples.create;
import static io.dormouse.operators.Samples.erase;
import static io.dormouse.operators.Samples.ids;
import static io.dormouse.operators.Samples.ingest;
import static io.dormouse.operators.Samples.query;
import static io.dormouse.operators.Samples.upsert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.EventType;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.Frame;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.util.FlinkRuntimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be repaired is isolated and named, and nothing beside it suffers (SPEC row TK8). */
class DamagedShardsTest {
    private static final long START = 1_000_000;
    private static final long HEAD = BlockKey.of(BlockKind.HEAD, 0);

    @TempDir
    Path cold;

    @TempDir
    Path elsewhere;

    /** A checkpoint in which the head of a namespace's first partition is damaged; "sound" is another namespace. */
    private static OperatorSubtaskState damaged(String namespace, int partitions) throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.createSpread(create("c", namespace, 2, partitions), 1);
            for (int partition = 0; partition < partitions; partition++) {
                memory.send(ingest(upsert(namespace, "a" + partition, 1, 0), partition, 1));
            }
            memory.send(ingest(upsert("sound", "b", 1, 0), 0, 1));
            memory.runMails();
            memory.snapshot(1, 1); // all is stored, so that the next one stores nothing over the damage
            memory.damage(new ShardKey(namespace, 0), HEAD, Frame.HEADER_BYTES);
            return memory.snapshot(2, 2);
        }
    }

    private static MemoryHarness restore(OperatorSubtaskState state) throws Exception {
        MemoryHarness memory = MemoryHarness.restore(MemoryHarness.settings(), state);
        memory.setProcessingTime(START);
        return memory;
    }

    @Test
    void theFirstDamageFailsTheTaskOnceAndThenItsShardIsIsolatedAndCanBeErased() throws Exception {
        OperatorSubtaskState state = damaged("torn", 1);
        try (MemoryHarness memory = restore(state)) {
            memory.send(ask(query("q", "torn", 3, 1, 0), 0, 1, START));
            assertThatThrownBy(memory::answers)
                    .isInstanceOf(FlinkRuntimeException.class)
                    .hasMessageContaining("torn")
                    .hasMessageContaining("last checkpoint");
        }
        try (MemoryHarness memory = restore(state)) {
            QueryResult refused = memory.ask(ask(query("q", "torn", 3, 1, 0), 0, 1, START));
            assertThat(refused.getError()).contains("'torn'", "damaged and isolated", "CRC32C", "erase");
            assertThat(memory.ask(ask(query("r", "torn", 3, 1, 0), 0, 1, START)).getError())
                    .isNotNull();
            memory.send(ingest(upsert("torn", "c", 1, 0), 0, 2));
            DeadLetter letter = memory.letters().get(0);
            assertThat(letter.getReason()).isEqualTo("DAMAGED");
            memory.send(command(create("again", "torn", 2, 1), 5));
            List<MemoryEvent> events = memory.events();
            assertThat(events)
                    .extracting(MemoryEvent::getType)
                    .containsExactly(EventType.PAGE_FAULTED, EventType.NAMESPACE_REJECTED);
            assertThat(events.get(0).getDetails()).containsEntry("lost", "HEAD");
            assertThat(memory.gauge("damagedShards")).isOne();

            assertThat(ids(memory.ask(ask(query("s", "sound", 3, 1, 0), 0, 1, START))))
                    .containsExactly("b");
            memory.snapshot(3, 3);

            memory.send(command(erase("e", "torn"), 6));
            assertThat(memory.acknowledgements()).hasSize(1);
            assertThat(memory.gauge("damagedShards")).isZero();
            memory.send(ingest(upsert("torn", "d", 1, 0), 0, 7));
            assertThat(ids(memory.ask(ask(query("t", "torn", 3, 1, 0), 0, 1, START))))
                    .containsExactly("d");
        }
    }

    @Test
    void aQueryOfSeveralPartitionsIsAnsweredByTheSoundOnes() throws Exception {
        OperatorSubtaskState state = damaged("half", 2);
        try (MemoryHarness memory = restore(state)) {
            memory.send(ask(query("q", "half", 3, 1, 0), 0, 2, START));
            assertThatThrownBy(memory::partials).isInstanceOf(FlinkRuntimeException.class);
        }
        try (MemoryHarness memory = restore(state)) {
            memory.send(ask(query("q", "half", 3, 1, 0), 0, 2, START));
            memory.send(ask(query("q", "half", 3, 1, 0), 1, 2, START));
            List<QueryResult> parts = new ArrayList<>();
            for (var part : memory.partials()) {
                parts.add(WireCodec.RESULT.decode(part.result(), WireFormat.AVRO));
            }
            assertThat(parts).extracting(QueryResult::getError).containsOnlyNulls();
            assertThat(parts).extracting(QueryResult::getPartial).containsExactlyInAnyOrder(true, false);
            assertThat(parts).anySatisfy(part -> assertThat(ids(part)).containsExactly("a1"));
        }
    }

    @Test
    void itemsWhosePayloadsAndVectorsAreLostAreNamedOnceAndTakenBackWhenTheyAreFound() throws Exception {
        ColdScenario at = new ColdScenario(cold);
        try (MemoryHarness memory = at.start(ColdScenario.CRAMPED)) {
            at.fill(memory, 0, 100);
            at.ageUntil(memory, 1_000);
            at.loseSegments(memory, elsewhere);
            QueryResult answer = at.ask(memory, 7).get(0);
            assertThat(answer.getPartial()).isTrue();
            assertThat(answer.getPartialReason()).contains("damaged");
            memory.runMails();
            assertThat(faults(memory)).as("a moment is no proof").isEmpty();

            List<MemoryEvent> events = new ArrayList<>();
            at.advance(memory, 31_000); // it is looked at again
            ColdScenario.until(memory, () -> {
                at.advance(memory, 1_000);
                at.ask(memory, 7); // a loss is told of while its shard is awake
                events.addAll(faults(memory));
                return !events.isEmpty();
            });
            assertThat(events).allSatisfy(event -> {
                assertThat(event.getType()).isEqualTo(EventType.PAGE_FAULTED);
                assertThat(event.getDetails().get("ids").split("\n"))
                        .hasSize(Integer.parseInt(event.getDetails().get("items")))
                        .allMatch(id -> id.startsWith("i"));
            });
            assertThat(memory.gauge("lostItems")).isPositive();
            assertThat(events.stream().map(DamagedShardsTest::place).distinct()).hasSameSizeAs(events);

            at.findSegments(elsewhere);
            Set<String> lost = events.stream().map(DamagedShardsTest::place).collect(Collectors.toSet());
            Set<String> found = new HashSet<>();
            ColdScenario.until(memory, () -> {
                at.advance(memory, 1_000);
                at.ask(memory, 7);
                for (MemoryEvent event : memory.events()) {
                    if (event.getDetails().containsKey("found")) {
                        found.add(place(event));
                    } else if (event.getType() == EventType.PAGE_FAULTED) {
                        lost.add(place(event));
                    }
                }
                return found.equals(lost);
            });
            assertThat(memory.gauge("lostItems")).isZero();
        }
    }

    private static String place(MemoryEvent event) {
        Map<String, String> details = event.getDetails();
        return details.getOrDefault("lost", details.get("found")) + details.get("page");
    }

    private static List<MemoryEvent> faults(MemoryHarness memory) {
        return memory.events().stream()
                .filter(event -> event.getType() == EventType.PAGE_FAULTED)
                .toList();
    }
}
