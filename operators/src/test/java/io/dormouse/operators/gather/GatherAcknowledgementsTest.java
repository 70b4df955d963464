// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.gather;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.Samples;
import io.dormouse.operators.record.Acknowledgement;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.schema.EventType;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A command is acknowledged when every shard concerned has applied it, not before. */
class GatherAcknowledgementsTest {
    private KeyedOneInputStreamOperatorTestHarness<String, Acknowledgement, OutputRecord> gather;

    @AfterEach
    void close() throws Exception {
        gather.close();
    }

    @Test
    void theEventIsPublishedWhenTheLastShardHasSpoken() throws Exception {
        start(null);
        send(word("0:1", 0, 5));
        send(word("0:1", 2, 1));
        assertThat(events()).isEmpty();
        send(word("0:1", 1, 4));

        assertThat(events()).singleElement().satisfies(event -> {
            assertThat(event.getType()).isEqualTo(EventType.NAMESPACE_ERASED);
            assertThat(event.getCommandId()).isEqualTo("c");
            assertThat(event.getDetails()).isEqualTo(Map.of("partitions", "3", "items", "10"));
        });
    }

    @Test
    void aShardThatSpeaksTwiceCountsOnce() throws Exception {
        start(null);
        send(word("0:1", 0, 5));
        send(word("0:1", 0, 5));
        send(word("0:1", 1, 5));
        assertThat(events()).isEmpty();
    }

    @Test
    void commandsAreKeptApart() throws Exception {
        start(null);
        send(word("0:1", 0, 5));
        send(word("0:2", 1, 5));
        send(word("0:1", 2, 5));
        assertThat(events()).isEmpty();
    }

    @Test
    void wordsSurviveARestore() throws Exception {
        start(null);
        send(word("0:1", 0, 5));
        send(word("0:1", 1, 5));
        OperatorSubtaskState state = gather.snapshot(1, 1);
        gather.close();
        start(state);
        send(word("0:1", 2, 5));

        assertThat(events()).hasSize(1);
    }

    private void start(OperatorSubtaskState restored) throws Exception {
        gather = new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new GatherAcknowledgements(WireFormat.JSON)),
                Acknowledgement::askId,
                Types.STRING);
        EmbeddedRocksDBStateBackend backend = new EmbeddedRocksDBStateBackend();
        backend.getMemoryConfiguration().setUseManagedMemory(false);
        gather.setStateBackend(backend);
        gather.setup();
        gather.initializeState(restored);
        gather.open();
    }

    private void send(Acknowledgement word) throws Exception {
        gather.processElement(new StreamRecord<>(word));
    }

    private List<MemoryEvent> events() {
        List<MemoryEvent> events =
                gather.extractOutputValues().stream().map(Samples::event).toList();
        gather.getOutput().clear();
        return events;
    }

    private static Acknowledgement word(String command, int part, long items) {
        MemoryEvent event = new MemoryEvent(EventType.NAMESPACE_ERASED, 7L, "docs", null, "c", "erased", Map.of());
        return new Acknowledgement(command, 3, part, items, WireCodec.EVENT.encode(event, WireFormat.AVRO));
    }
}
