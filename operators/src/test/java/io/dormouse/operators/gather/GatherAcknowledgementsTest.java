// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.gather;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.Samples;
import io.dormouse.operators.record.Acknowledgement;
import io.dormouse.schema.EventType;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A command is acknowledged when every shard concerned has applied it, not before. */
class GatherAcknowledgementsTest {
    private GatherHarness<Acknowledgement> gather;

    @BeforeEach
    void start() throws Exception {
        gather = new GatherHarness<>(() -> new GatherAcknowledgements(WireFormat.JSON), 1_000_000);
    }

    @AfterEach
    void close() throws Exception {
        gather.close();
    }

    @Test
    void theEventIsPublishedWhenTheLastShardHasSpoken() throws Exception {
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
        send(word("0:1", 0, 5));
        send(word("0:1", 0, 5));
        send(word("0:1", 1, 5));
        assertThat(events()).isEmpty();
    }

    @Test
    void commandsAreKeptApart() throws Exception {
        send(word("0:1", 0, 5));
        send(word("0:2", 1, 5));
        send(word("0:1", 2, 5));
        assertThat(events()).isEmpty();
    }

    @Test
    void wordsSurviveARestore() throws Exception {
        send(word("0:1", 0, 5));
        send(word("0:1", 1, 5));
        gather.restart(2);
        send(word("0:1", 2, 5));

        assertThat(events()).hasSize(1);
    }

    @Test
    void theEventHasTheTimeOfTheLastShard() throws Exception {
        send(word("0:1", 2, 5));
        send(word("0:1", 0, 5));
        send(word("0:1", 1, 5));

        assertThat(events()).extracting(MemoryEvent::getTimeMillis).containsExactly(9L);
    }

    @Test
    void aRestartDoesNotBeginTheDayAnew() throws Exception {
        send(word("0:1", 0, 5));
        gather.restart(1, 1_000_000 + GatherAcknowledgements.RETENTION.toMillis() - 10);
        gather.setProcessingTime(1_000_000 + GatherAcknowledgements.RETENTION.toMillis());
        send(word("0:1", 1, 5));
        send(word("0:1", 2, 5));
        assertThat(events()).isEmpty();
    }

    @Test
    void aDayLaterNobodyWaitsForTheRest() throws Exception {
        send(word("0:1", 0, 5));
        gather.setProcessingTime(1_000_000 + GatherAcknowledgements.RETENTION.toMillis());
        send(word("0:1", 1, 5));
        send(word("0:1", 2, 5));
        assertThat(events()).isEmpty();
    }

    private void send(Acknowledgement word) throws Exception {
        gather.send(word);
    }

    private List<MemoryEvent> events() {
        return gather.sent().stream().map(Samples::event).toList();
    }

    private static Acknowledgement word(String command, int part, long items) {
        MemoryEvent event =
                new MemoryEvent(EventType.NAMESPACE_ERASED, 7L + part, "docs", null, "c", "erased", Map.of());
        return new Acknowledgement(command, 3, part, items, WireCodec.EVENT.encode(event, WireFormat.AVRO));
    }
}
