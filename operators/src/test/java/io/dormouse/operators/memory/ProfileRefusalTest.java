// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static io.dormouse.operators.Samples.ask;
import static io.dormouse.operators.Samples.command;
import static io.dormouse.operators.Samples.create;
import static io.dormouse.operators.Samples.delete;
import static io.dormouse.operators.Samples.ids;
import static io.dormouse.operators.Samples.ingest;
import static io.dormouse.operators.Samples.query;
import static io.dormouse.operators.Samples.upsert;
import static io.dormouse.operators.Samples.vector;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.schema.CodeName;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.EventType;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.state.page.Profile;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** A job of a small profile refuses what needs a larger one, in words, and harms nothing. */
class ProfileRefusalTest {
    private static final int LARGE = 800;
    private static final String WORDS = "namespace 'docs': INT8 of 800 dimensions needs profile hot, and this job's is"
            + " core (INT8, at most 768 dimensions, pages of at most 65536 bytes): choose another code, or raise"
            + " memory.profile";

    private static MemoryHarness core() throws Exception {
        return MemoryHarness.start(MemoryHarness.settings(Profile.CORE));
    }

    private static void assertRejected(MemoryHarness memory, String words) {
        List<MemoryEvent> events = memory.events();
        assertThat(events).extracting(MemoryEvent::getType).containsExactly(EventType.NAMESPACE_REJECTED);
        assertThat(events.get(0).getMessage()).contains(words);
        assertThat(memory.acknowledgements()).isEmpty();
        assertThat(memory.accepted()).isEmpty();
    }

    @Test
    void aCommandThatNeedsALargerProfileIsRejected() throws Exception {
        try (MemoryHarness memory = core()) {
            memory.send(command(create("c1", "docs", LARGE, 1), 1));
            assertRejected(memory, WORDS);
            memory.send(command(create("c2", "docs", 8, 1).setCode(CodeName.FLOAT32), 2));
            assertRejected(memory, "FLOAT32 of 8 dimensions needs profile full");
            assertThat(memory.ask(ask(query("q", "docs", 1, vector(8, 1)), 0, 1, 0))
                            .getError())
                    .contains("does not exist");
        }
    }

    @Test
    void aCommandOfSeveralPartitionsIsRejectedEvenWhenItSaysItWasAccepted() throws Exception {
        try (MemoryHarness memory = core()) {
            memory.send(command(create("c1", "docs", LARGE, 4), 1));
            assertRejected(memory, WORDS);
            memory.send(command(create("c2", "docs", LARGE, 4).setAccepted(true), 2));
            assertRejected(memory, WORDS);
            assertThat(memory.gauge("awakeShards")).isZero();
        }
    }

    @Test
    void aRecordThatWouldMakeANamespaceOfALargerProfileIsADeadLetter() throws Exception {
        try (MemoryHarness memory = core()) {
            memory.send(ingest(upsert("docs", "a", vector(LARGE, 1)), 0, 1));

            List<DeadLetter> letters = memory.letters();
            assertThat(letters).extracting(DeadLetter::getReason).containsExactly("UNSUPPORTED");
            assertThat(letters.get(0).getMessage()).isEqualTo(WORDS);
            assertThat(memory.gauge("awakeShards")).isZero();
            memory.send(ingest(upsert("docs", "a", vector(768, 1)), 0, 2));
            assertThat(memory.letters()).isEmpty();
            assertThat(ids(memory.ask(ask(query("q", "docs", 1, vector(768, 1)), 0, 1, 0))))
                    .containsExactly("a");
        }
    }

    @Test
    void aNamespaceFromBeforeTheProfileWasLoweredIsKeptButNotServed() throws Exception {
        OperatorSubtaskState state;
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", vector(LARGE, 1)), 0, 1));
            memory.send(ingest(upsert("docs", "b", vector(LARGE, 2)), 0, 2));
            state = memory.snapshot(1, 1);
        }
        try (MemoryHarness memory = MemoryHarness.restore(MemoryHarness.settings(Profile.CORE), state)) {
            assertThat(memory.ask(ask(query("q", "docs", 1, vector(LARGE, 1)), 0, 1, 0))
                            .getError())
                    .isEqualTo(WORDS);
            memory.send(ingest(upsert("docs", "c", vector(LARGE, 3)), 0, 3));
            assertThat(memory.letters()).extracting(DeadLetter::getMessage).containsExactly(WORDS);
            memory.send(command(create("c1", "docs", LARGE, 1), 1));
            assertRejected(memory, WORDS);
            memory.send(ingest(delete("docs", "b"), 0, 4));
            state = memory.snapshot(2, 2);
        }
        try (MemoryHarness memory = MemoryHarness.restore(MemoryHarness.settings(), state)) {
            assertThat(ids(memory.ask(ask(query("q", "docs", 5, vector(LARGE, 1)), 0, 1, 0))))
                    .containsExactly("a");
        }
    }
}
