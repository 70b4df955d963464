// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static io.dormouse.operators.Samples.alter;
import static io.dormouse.operators.Samples.ask;
import static io.dormouse.operators.Samples.command;
import static io.dormouse.operators.Samples.create;
import static io.dormouse.operators.Samples.erase;
import static io.dormouse.operators.Samples.ids;
import static io.dormouse.operators.Samples.ingest;
import static io.dormouse.operators.Samples.query;
import static io.dormouse.operators.Samples.upsert;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.Samples;
import io.dormouse.operators.record.Acknowledgement;
import io.dormouse.schema.CodeName;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.EventType;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.MetricName;
import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.shard.ShardKey;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** CREATE, ALTER and ERASE of namespaces of one and of several partitions. */
class NamespaceCommandsTest {
    private static final int PARTITIONS = 4;

    @Test
    void creatingANamespaceIsAcknowledgedAndFixesItsSettings() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(command(create("c1", "docs", 2, 1).setMetric(MetricName.L2), 5));

            assertThat(memory.acknowledgements()).singleElement().satisfies(word -> {
                assertThat(word.askId()).isEqualTo("0:5");
                assertThat(word.parts()).isEqualTo(1);
                assertThat(event(word).getType()).isEqualTo(EventType.NAMESPACE_CREATED);
                assertThat(event(word).getCommandId()).isEqualTo("c1");
            });
            memory.send(ingest(upsert("docs", "zero", 0, 0), 0, 1));
            assertThat(memory.letters()).isEmpty();
            assertThat(memory.ask(ask(query("q", "docs", 1, 3, 0), 0, 1, 0))
                            .getHits()
                            .get(0)
                            .getScore())
                    .isEqualTo(-9f);
        }
    }

    @Test
    void aRepeatedCreateIsAcknowledgedAgainAndChangesNothing() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(command(create("c1", "docs", 2, 1), 1));
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
            memory.send(command(create("c2", "docs", 2, 1), 2));

            assertThat(memory.acknowledgements())
                    .extracting(Acknowledgement::items)
                    .containsExactly(0L, 1L);
            assertThat(memory.events()).isEmpty();
        }
    }

    @Test
    void aConflictingCreateIsRejectedAndChangesNothing() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.createSpread(create("c1", "docs", 2, PARTITIONS), 1);
            memory.acknowledgements();
            memory.send(command(create("c2", "docs", 3, PARTITIONS), 3));
            memory.send(command(create("c3", "docs", 2, PARTITIONS).setMetric(MetricName.L2), 4));
            memory.send(command(create("c4", "docs", 2, 2), 5));
            memory.send(command(create("c5", "docs", 2, 1), 6));

            List<MemoryEvent> events = memory.events();
            assertThat(events).extracting(MemoryEvent::getType).containsOnly(EventType.NAMESPACE_REJECTED);
            assertThat(events).extracting(MemoryEvent::getCommandId).containsExactly("c2", "c3", "c4", "c5");
            assertThat(events.get(0).getMessage()).contains("dimension 2").contains("wants 3");
            assertThat(memory.acknowledgements()).isEmpty();
            assertThat(memory.accepted()).isEmpty();
        }
    }

    /** Otherwise a job with other defaults would refuse the commands that made its namespaces. */
    @Test
    void whatACreateDoesNotNameContradictsNothing() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(
                    command(create("c1", "docs", 2, 1).setMetric(MetricName.L2).setCode(CodeName.FLOAT32), 1));
            memory.send(command(create("c2", "docs", 2, 1), 2));
            assertThat(memory.events()).isEmpty();
            assertThat(memory.acknowledgements()).hasSize(2);

            memory.send(command(create("c3", "docs", 2, PARTITIONS), 3));
            List<NamespaceCommand> accepted = memory.accepted();
            assertThat(accepted).singleElement().satisfies(agreed -> {
                assertThat(agreed.getMetric()).isEqualTo(MetricName.L2);
                assertThat(agreed.getCode()).isEqualTo(CodeName.FLOAT32);
            });
            memory.send(command(NamespaceCommand.newBuilder(accepted.get(0)), 4));
            memory.send(command(
                    create("c4", "docs", 2, PARTITIONS).setMetric(MetricName.L2).setCode(CodeName.FLOAT32), 5));
            assertThat(memory.events()).isEmpty();
        }
    }

    @Test
    void aCreateOfSeveralPartitionsIsAgreedByTheFirstAndThenDoneByAll() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(command(create("c1", "docs", 2, PARTITIONS), 1));

            List<NamespaceCommand> accepted = memory.accepted();
            assertThat(accepted).singleElement().satisfies(agreed -> {
                assertThat(agreed.getAccepted()).isTrue();
                assertThat(agreed.getId()).isEqualTo("c1");
                assertThat(agreed.getPartitions()).isEqualTo(PARTITIONS);
            });
            assertThat(memory.acknowledgements()).isEmpty();

            memory.send(command(NamespaceCommand.newBuilder(accepted.get(0)), 2));
            assertThat(memory.acknowledgements())
                    .extracting(Acknowledgement::part)
                    .containsExactly(0, 1, 2, 3);
            assertThat(memory.accepted()).isEmpty();
        }
    }

    @Test
    void anAcceptedCreateThatComesTwiceIsAcknowledgedTwiceAndKeepsTheItems() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.createSpread(create("c1", "docs", 2, PARTITIONS), 1);
            memory.send(ingest(upsert("docs", "a", 1, 0), 2, 1));
            memory.acknowledgements();
            memory.createSpread(create("c1", "docs", 2, PARTITIONS), 3);

            assertThat(memory.acknowledgements())
                    .extracting(Acknowledgement::items)
                    .containsExactly(0L, 0L, 1L, 0L);
        }
    }

    @Test
    void alteringSeveralPartitionsIsAcknowledgedByAllAndKeptAfterARestore() throws Exception {
        OperatorSubtaskState state;
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.createSpread(create("c1", "docs", 2, PARTITIONS), 1);
            memory.acknowledgements();
            memory.send(command(alter("c2", "docs").setItemsMax(4L), 3));

            assertThat(memory.acknowledgements())
                    .hasSize(PARTITIONS)
                    .allSatisfy(word -> assertThat(event(word).getType()).isEqualTo(EventType.NAMESPACE_ALTERED));
            state = memory.snapshot(1, 1);
        }
        try (MemoryHarness memory = MemoryHarness.restore(MemoryHarness.settings(), state)) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 1, 1));
            memory.send(ingest(upsert("docs", "b", 1, 0), 1, 2));
            assertThat(memory.letters()).extracting(DeadLetter::getReason).containsExactly("LIMIT_REACHED");
        }
    }

    @Test
    void alteringAnUnknownNamespaceIsRejected() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(command(alter("c", "nowhere").setItemsMax(4L), 1));

            assertThat(memory.events()).extracting(MemoryEvent::getType).containsExactly(EventType.NAMESPACE_REJECTED);
        }
    }

    @Test
    void anErasedNamespaceAnswersWithAnErrorAndIsAcknowledgedWithItsItems() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
            memory.send(ingest(upsert("docs", "b", 1, 0), 0, 2));
            memory.send(command(erase("c", "docs"), 1));

            assertThat(memory.acknowledgements())
                    .extracting(Acknowledgement::items)
                    .containsExactly(2L);
            assertThat(memory.ask(ask(query("q", "docs", 1, 1, 0), 0, 1, 0)).getError())
                    .contains("does not exist");
        }
    }

    @Test
    void anErasedNamespaceMayComeBackWithAnotherShape() throws Exception {
        OperatorSubtaskState state;
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.createSpread(create("c1", "docs", 2, PARTITIONS), 1);
            memory.send(ingest(upsert("docs", "old", 1, 0), 1, 1));
            memory.acknowledgements();
            memory.send(command(erase("c2", "docs"), 3));
            assertThat(memory.acknowledgements())
                    .extracting(Acknowledgement::items)
                    .containsExactly(0L, 1L, 0L, 0L);

            memory.send(command(create("c3", "docs", 3, 1), 4));
            memory.send(ingest(upsert("docs", "new", 1, 0, 0), 0, 2));
            state = memory.snapshot(1, 1);
        }
        try (MemoryHarness memory = MemoryHarness.restore(MemoryHarness.settings(), state)) {
            assertThat(ids(memory.ask(ask(query("q", "docs", 5, 1, 0, 0), 0, 1, 0))))
                    .containsExactly("new");
            assertThat(memory.events()).isEmpty();
        }
    }

    @Test
    void onlyTheOwnerOfAPartitionSpeaksForIt() throws Exception {
        OperatorSubtaskState state;
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            state = memory.snapshot(1, 1);
        }
        int owners = 0;
        int words = 0;
        for (int index = 0; index < 2; index++) {
            try (MemoryHarness half = MemoryHarness.rescaled(MemoryHarness.settings(), state, 1, 2, index)) {
                half.send(command(create("c", "docs", 2, PARTITIONS).setAccepted(true), 1));
                for (Acknowledgement word : half.acknowledgements()) {
                    assertThat(half.owns(new ShardKey("docs", word.part()))).isTrue();
                    words++;
                }
                half.send(command(create("c", "single", 2, 1), 1));
                owners += half.acknowledgements().size();
            }
        }
        assertThat(words).isEqualTo(PARTITIONS);
        assertThat(owners).isEqualTo(1);
    }

    private static MemoryEvent event(Acknowledgement word) {
        return Samples.read(WireCodec.EVENT, word.event(), WireFormat.AVRO);
    }
}
