// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.gather;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.Samples;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.PartialAnswer;
import io.dormouse.schema.Degradation;
import io.dormouse.schema.Hit;
import io.dormouse.schema.MemoryKind;
import io.dormouse.schema.QueryCost;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.Tier;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.util.ArrayList;
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

/** Parts of answers become one answer: the best of all, once, at the deadline at the latest. */
class GatherAnswersTest {
    private static final long START = 1_000_000;
    private static final long DEADLINE = START + 500;

    private KeyedOneInputStreamOperatorTestHarness<String, PartialAnswer, OutputRecord> gather;

    @AfterEach
    void close() throws Exception {
        gather.close();
    }

    @Test
    void theLastPartCompletesTheAnswerWithTheBestHitsOfAll() throws Exception {
        start(null);
        send(part(0, 3, hit("a", 0.5f), hit("b", 0.1f)));
        send(part(2, 3, hit("c", 0.9f)));
        assertThat(answers()).isEmpty();
        gather.setProcessingTime(START + 30);
        send(part(1, 3, hit("d", 0.7f)));

        QueryResult answer = answers().get(0);
        assertThat(Samples.ids(answer)).containsExactly("c", "d", "a");
        assertThat(answer.getQueryId()).isEqualTo("q");
        assertThat(answer.getPartial()).isFalse();
        assertThat(answer.getCost().getRowsScored()).isEqualTo(30);
        assertThat(answer.getCost().getWaitMicros()).isEqualTo(30_000);
        gather.setProcessingTime(DEADLINE + 1);
        assertThat(answers()).isEmpty();
    }

    @Test
    void hitsOfEqualScoreComeInOneOrderWhicheverPartCameFirst() throws Exception {
        start(null);
        send(part(1, 2, hit("z", 0.5f)));
        send(part(0, 2, hit("a", 0.5f)));

        assertThat(Samples.ids(answers().get(0))).containsExactly("a", "z");
    }

    @Test
    void anIdThatTwoPartsHoldIsReturnedOnce() throws Exception {
        start(null);
        send(part(0, 2, hit("a", 0.5f), hit("b", 0.4f)));
        send(part(1, 2, hit("a", 0.6f)));

        QueryResult answer = answers().get(0);
        assertThat(Samples.ids(answer)).containsExactly("a", "b");
        assertThat(answer.getHits().get(0).getScore()).isEqualTo(0.6f);
    }

    @Test
    void aPartThatComesTwiceCountsOnce() throws Exception {
        start(null);
        send(part(0, 2, hit("a", 0.5f)));
        send(part(0, 2, hit("a", 0.5f)));
        assertThat(answers()).isEmpty();
        send(part(1, 2, hit("b", 0.5f)));

        assertThat(answers().get(0).getCost().getRowsScored()).isEqualTo(20);
    }

    @Test
    void atTheDeadlineWhatIsThereIsAnsweredPartial() throws Exception {
        start(null);
        send(part(0, 3, hit("a", 0.5f)));
        gather.setProcessingTime(DEADLINE - 1);
        assertThat(answers()).isEmpty();
        gather.setProcessingTime(DEADLINE);

        QueryResult answer = answers().get(0);
        assertThat(answer.getPartial()).isTrue();
        assertThat(answer.getPartialReason()).isEqualTo("2 of 3 partitions had not answered at the deadline");
        assertThat(Samples.ids(answer)).containsExactly("a");
    }

    @Test
    void aPartThatComesAfterTheAnswerIsDropped() throws Exception {
        start(null);
        send(part(0, 2, hit("a", 0.5f)));
        gather.setProcessingTime(DEADLINE);
        assertThat(answers()).hasSize(1);
        send(part(1, 2, hit("b", 0.5f)));
        send(part(0, 2, hit("a", 0.5f)));
        gather.setProcessingTime(DEADLINE + GatherAnswers.REMEMBER_MILLIS - 1);

        assertThat(answers()).isEmpty();
    }

    @Test
    void nothingIsKeptOnceAnAnswerMayBeForgotten() throws Exception {
        start(null);
        send(part(0, 2, hit("a", 0.5f)));
        send(part(1, 2, hit("b", 0.5f)));
        gather.setProcessingTime(START + GatherAnswers.REMEMBER_MILLIS + 1);

        assertThat(gather.numProcessingTimeTimers()).isZero();
        OperatorSubtaskState state = gather.snapshot(1, 1);
        gather.close();
        start(state);
        send(part(0, 2, hit("a", 0.5f)));
        assertThat(answers()).isEmpty();
        send(part(1, 2, hit("b", 0.5f)));
        assertThat(answers()).hasSize(1);
    }

    @Test
    void aPartFromAfterTheDeadlineIsStillAnsweredAtOnceAsPartial() throws Exception {
        start(null);
        gather.setProcessingTime(DEADLINE + 100);
        send(part(0, 2, hit("a", 0.5f)));
        gather.setProcessingTime(DEADLINE + 101);

        assertThat(answers()).extracting(QueryResult::getPartial).containsExactly(true);
    }

    @Test
    void anErrorOfOnePartIsTheErrorOfTheAnswer() throws Exception {
        start(null);
        send(part(0, 2, hit("a", 0.5f)));
        QueryResult failed = result();
        failed.setError("wrong dimension");
        send(part(1, 2, failed));

        QueryResult answer = answers().get(0);
        assertThat(answer.getError()).isEqualTo("wrong dimension");
        assertThat(answer.getHits()).isEmpty();
    }

    @Test
    void aPartialPartMakesThePartialAnswer() throws Exception {
        start(null);
        QueryResult waited = result(hit("a", 0.5f));
        waited.setPartial(true);
        waited.setPartialReason("a damaged page");
        send(part(0, 2, waited));
        send(part(1, 2, hit("b", 0.5f)));

        QueryResult answer = answers().get(0);
        assertThat(answer.getPartial()).isTrue();
        assertThat(answer.getPartialReason()).isEqualTo("a damaged page");
    }

    @Test
    void theWorstLevelOfAllPartsIsThatOfTheAnswer() throws Exception {
        start(null);
        QueryResult degraded = result(hit("a", 0.5f));
        degraded.setDegradation(Degradation.NO_COLD_READS);
        QueryResult pressed = result(hit("b", 0.5f));
        pressed.setMemoryPressure(2);
        send(part(0, 2, degraded));
        send(part(1, 2, pressed));

        QueryResult answer = answers().get(0);
        assertThat(answer.getDegradation()).isEqualTo(Degradation.NO_COLD_READS);
        assertThat(answer.getMemoryPressure()).isEqualTo(2);
    }

    @Test
    void theAnswerIsCompletedAfterARestoreInTheMiddle() throws Exception {
        start(null);
        send(part(0, 2, hit("a", 0.5f)));
        OperatorSubtaskState state = gather.snapshot(1, 1);
        gather.close();
        start(state);
        send(part(1, 2, hit("b", 0.6f)));

        assertThat(Samples.ids(answers().get(0))).containsExactly("b", "a");
    }

    @Test
    void theDeadlineHoldsAfterARestoreInTheMiddle() throws Exception {
        start(null);
        send(part(0, 2, hit("a", 0.5f)));
        OperatorSubtaskState state = gather.snapshot(1, 1);
        gather.close();
        start(state);
        gather.setProcessingTime(DEADLINE);

        assertThat(answers()).extracting(QueryResult::getPartial).containsExactly(true);
    }

    private void start(OperatorSubtaskState restored) throws Exception {
        gather = new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new GatherAnswers(WireFormat.JSON)), PartialAnswer::askId, Types.STRING);
        EmbeddedRocksDBStateBackend backend = new EmbeddedRocksDBStateBackend();
        backend.getMemoryConfiguration().setUseManagedMemory(false);
        gather.setStateBackend(backend);
        gather.setup();
        gather.initializeState(restored);
        gather.open();
        gather.setProcessingTime(START);
    }

    private void send(PartialAnswer part) throws Exception {
        gather.processElement(new StreamRecord<>(part));
    }

    private List<QueryResult> answers() {
        List<QueryResult> answers = new ArrayList<>();
        gather.extractOutputValues().forEach(record -> answers.add(Samples.result(record)));
        gather.getOutput().clear();
        return answers;
    }

    private static PartialAnswer part(int part, int parts, Hit... hits) {
        return part(part, parts, result(hits));
    }

    private static PartialAnswer part(int part, int parts, QueryResult result) {
        return new PartialAnswer("0:17", parts, part, DEADLINE, 3, WireCodec.RESULT.encode(result, WireFormat.AVRO));
    }

    private static QueryResult result(Hit... hits) {
        QueryCost cost = QueryCost.newBuilder().setRowsScored(10).build();
        return new QueryResult("q", "docs", "job/0/0", List.of(hits), false, null, null, cost, Degradation.NORMAL, 0);
    }

    private static Hit hit(String id, float score) {
        return new Hit(id, score, MemoryKind.EPISODIC, Tier.HOT, null, Map.of(), null, null, null);
    }
}
