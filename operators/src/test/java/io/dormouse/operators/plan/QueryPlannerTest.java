// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.plan;

import static io.dormouse.operators.Samples.bytes;
import static io.dormouse.operators.Samples.command;
import static io.dormouse.operators.Samples.create;
import static io.dormouse.operators.Samples.kafka;
import static io.dormouse.operators.Samples.query;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.Samples;
import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.operators.record.ShardRecord.Kind;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which shards are asked, and what becomes of questions that cannot be asked. */
class QueryPlannerTest {
    @Test
    void aQueryIsAskedOfTheOneShardAndItsWaitBeginsNow() throws Exception {
        try (PlanHarness plan = start()) {
            plan.setProcessingTime(123_456);
            plan.send(avro(query("q", "docs", 3, 1, 0), 8));

            assertThat(plan.planned()).singleElement().satisfies(record -> {
                assertThat(record.kind()).isEqualTo(Kind.QUERY);
                assertThat(record.parts()).isEqualTo(1);
                assertThat(record.timestampMillis()).isEqualTo(123_456);
                assertThat(record.offset()).isEqualTo(8);
            });
        }
    }

    @Test
    void aQueryToASpreadNamespaceIsAskedOfAllItsShards() throws Exception {
        try (PlanHarness plan = start()) {
            plan.send(command(create("c", "docs", 2, 3).setAccepted(true), 1));
            plan.send(avro(query("q", "docs", 3, 1, 0), 8));

            List<ShardRecord> planned = plan.planned();
            assertThat(planned).extracting(ShardRecord::parts).containsOnly(3);
            assertThat(planned).extracting(record -> record.shard().partition()).containsExactly(0, 1, 2);
        }
    }

    @Test
    void aQueryThatCanBeReadButNotAskedIsAnsweredWithItsError() throws Exception {
        try (PlanHarness plan = start()) {
            plan.send(avro(query("k0", "docs", 0, 1, 0), 1));
            plan.send(avro(query("k-many", "docs", 1_001, 1, 0), 2));
            plan.send(avro(query("nan", "docs", 1, Float.NaN), 3));
            plan.send(avro(query("empty", "docs", 1), 4));
            plan.send(avro(query("recall", "docs", 1, 1).setRecallTarget(1.5f), 5));
            plan.send(avro(query("deadline", "docs", 1, 1).setDeadlineMillis(0), 6));
            plan.send(avro(query("namespace", "", 1, 1), 7));

            List<QueryResult> answers = plan.answers();
            assertThat(answers)
                    .extracting(QueryResult::getQueryId)
                    .containsExactly("k0", "k-many", "nan", "empty", "recall", "deadline", "namespace");
            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.getError()).isNotBlank();
                assertThat(answer.getHits()).isEmpty();
            });
            assertThat(answers.get(2).getError()).contains("NaN at index 0");
            assertThat(plan.planned()).isEmpty();
            assertThat(plan.letters()).isEmpty();
        }
    }

    @Test
    void aQueryThatCannotBeReadOrHasNoIdIsADeadLetter() throws Exception {
        try (PlanHarness plan = start()) {
            byte[] garbage = {(byte) 0xC3, 1, 2, 3};
            plan.send(kafka("queries", 1, garbage));
            plan.send(avro(query("", "docs", 1, 1), 2));
            plan.send(kafka("queries", 3, null));

            List<DeadLetter> letters = plan.letters();
            assertThat(letters)
                    .extracting(DeadLetter::getReason)
                    .containsExactly("MALFORMED", "BAD_NAME", "EMPTY_RECORD");
            assertThat(bytes(letters.get(0).getOriginal())).isEqualTo(garbage);
            assertThat(plan.answers()).isEmpty();
        }
    }

    /** An answer that repeats a name of any length may be larger than the broker takes. */
    @Test
    void namesThatAreTooLongAreNotRepeatedInAnswers() throws Exception {
        try (PlanHarness plan = start()) {
            plan.send(json("q".repeat(400_000), "docs", 1));
            plan.send(json("q", "n".repeat(400_000), 2));

            assertThat(plan.letters()).extracting(DeadLetter::getReason).containsExactly("BAD_NAME");
            assertThat(plan.answers()).singleElement().satisfies(answer -> {
                assertThat(answer.getQueryId()).isEqualTo("q");
                assertThat(answer.getNamespace()).isEmpty();
                assertThat(answer.getError()).contains("400000 bytes");
            });
        }
    }

    private static PlanHarness start() throws Exception {
        return PlanHarness.start(new QueryPlanner(Samples.INPUT, WireFormat.JSON));
    }

    private static KafkaRecord avro(QueryRecord.Builder query, long offset) {
        return kafka("queries", offset, WireCodec.QUERY.encode(query.build(), WireFormat.AVRO));
    }

    private static KafkaRecord json(String id, String namespace, long offset) {
        String json = "{\"id\": \"" + id + "\", \"namespace\": \"" + namespace + "\", \"vector\": [1], \"k\": 1}";
        return kafka("queries", offset, json.getBytes(UTF_8));
    }
}
