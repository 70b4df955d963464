// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.gather;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.Samples;
import io.dormouse.operators.record.PartialAnswer;
import io.dormouse.schema.Degradation;
import io.dormouse.schema.Hit;
import io.dormouse.schema.MemoryKind;
import io.dormouse.schema.QueryCost;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.Tier;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Parts of answers become one answer: the best of all, once, at the deadline at the latest. */
class GatherAnswersTest {
    private static final long START = 1_000_000;
    private static final long DEADLINE = START + 500;

    private static final int LARGE = 300_000;
    /** So many large hits may wait. */
    private static final int FIT = (int) (GatherOperator.BYTES_MAX / LARGE);

    private GatherHarness<PartialAnswer> gather;

    @BeforeEach
    void start() throws Exception {
        gather = new GatherHarness<>(() -> new GatherAnswers(WireFormat.JSON), START);
    }

    @AfterEach
    void close() throws Exception {
        gather.close();
    }

    @Test
    void theLastPartCompletesTheAnswerWithTheBestHitsOfAll() throws Exception {
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
        send(part(1, 2, hit("z", 0.5f)));
        send(part(0, 2, hit("a", 0.5f)));

        assertThat(Samples.ids(answers().get(0))).containsExactly("a", "z");
    }

    @Test
    void anIdThatTwoPartsHoldIsReturnedOnce() throws Exception {
        send(part(0, 2, hit("a", 0.5f), hit("b", 0.4f)));
        send(part(1, 2, hit("a", 0.6f)));

        QueryResult answer = answers().get(0);
        assertThat(Samples.ids(answer)).containsExactly("a", "b");
        assertThat(answer.getHits().get(0).getScore()).isEqualTo(0.6f);
    }

    @Test
    void aPartThatComesTwiceCountsOnce() throws Exception {
        send(part(0, 2, hit("a", 0.5f)));
        send(part(0, 2, hit("a", 0.5f)));
        assertThat(answers()).isEmpty();
        send(part(1, 2, hit("b", 0.5f)));

        assertThat(answers().get(0).getCost().getRowsScored()).isEqualTo(20);
    }

    @Test
    void atTheDeadlineWhatIsThereIsAnsweredPartial() throws Exception {
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
        send(part(0, 2, hit("a", 0.5f)));
        gather.setProcessingTime(DEADLINE);
        assertThat(answers()).hasSize(1);
        send(part(1, 2, hit("b", 0.5f)));
        send(part(0, 2, hit("a", 0.5f)));
        gather.setProcessingTime(DEADLINE + GatherAnswers.REMEMBER_MILLIS - 1);

        assertThat(answers()).isEmpty();
    }

    @Test
    void aLatePartIsDroppedAfterARestoreToo() throws Exception {
        send(part(0, 2, hit("a", 0.5f)));
        gather.setProcessingTime(DEADLINE);
        assertThat(answers()).hasSize(1);
        gather.restart(2);
        send(part(1, 2, hit("b", 0.5f)));
        gather.setProcessingTime(DEADLINE + 1_000);

        assertThat(answers()).isEmpty();
    }

    @Test
    void anAskingIsForgottenAMinuteAfterItWasAnsweredInPart() throws Exception {
        send(part(0, 2, hit("a", 0.5f)));
        gather.setProcessingTime(DEADLINE);
        assertThat(answers()).hasSize(1);
        gather.setProcessingTime(DEADLINE + GatherAnswers.REMEMBER_MILLIS);
        send(part(1, 2, hit("b", 0.5f)));
        gather.setProcessingTime(DEADLINE + GatherAnswers.REMEMBER_MILLIS + 1);

        assertThat(answers()).hasSize(1);
    }

    @Test
    void nothingIsKeptOfAWholeAnswer() throws Exception {
        send(part(0, 2, hit("a", 0.5f)));
        send(part(1, 2, hit("b", 0.5f)));
        assertThat(answers()).hasSize(1);
        gather.restart(1);
        send(part(0, 2, hit("a", 0.5f)));
        assertThat(answers()).isEmpty();
        send(part(1, 2, hit("b", 0.5f)));
        assertThat(answers()).hasSize(1);
    }

    @Test
    void everyAskingIsAnsweredOnceWhenItIsRescaledInTheMiddle() throws Exception {
        for (int ask = 0; ask < 40; ask++) {
            send(part("0:" + ask, 0, 2, result(hit("a", 0.5f))));
        }
        gather.restart(2);
        for (int ask = 0; ask < 20; ask++) {
            send(part("0:" + ask, 1, 2, result(hit("b", 0.6f))));
        }
        assertThat(answers())
                .hasSize(20)
                .allSatisfy(answer -> assertThat(Samples.ids(answer)).containsExactly("b", "a"));
        gather.restart(1);
        gather.setProcessingTime(DEADLINE);

        assertThat(answers())
                .hasSize(20)
                .allSatisfy(answer -> assertThat(Samples.ids(answer)).containsExactly("a"));
    }

    @Test
    void theLargestAskingHasToDoWithWhatHasComeWhenTooMuchWaits() throws Exception {
        send(part("0:0", 0, 2, result(hit("a", 0.5f))));
        send(part("0:1", 0, 2, result(large("b", 0.5f), large("c", 0.4f))));
        fill();
        assertThat(answers()).singleElement().satisfies(answer -> {
            assertThat(Samples.ids(answer)).hasSize(2);
            assertThat(answer.getPartialReason())
                    .isEqualTo("1 of 2 partitions had not answered when there was no room to wait for them any longer");
        });
        send(part("0:0", 1, 2, result(hit("b", 0.6f))));
        assertThat(answers())
                .singleElement()
                .satisfies(answer -> assertThat(Samples.ids(answer)).containsExactly("b", "a"));
    }

    @Test
    void thereIsNoMoreRoomWhenOneInstanceTakesWhatTwoHad() throws Exception {
        gather.restart(2);
        for (int ask = 0; ask < 2 * FIT; ask++) {
            send(part("0:" + ask, 0, 2, result(large("a", 0.5f))));
        }
        int answered = answers().size();
        assertThat(answered).isLessThan(FIT / 4);
        gather.restart(1);

        assertThat(answers()).hasSizeBetween(2 * FIT - answered - FIT, 2 * FIT - answered - FIT + 1);
    }

    @Test
    void ofManyLargePartsOnlyTheBestHitsAreKept() throws Exception {
        for (int part = 0; part < 2 * FIT; part++) {
            send(part("0:0", part, 2 * FIT + 1, result(large("p" + part, part))));
            if (part % 10 == 0) {
                gather.restart(1);
            }
        }
        assertThat(answers()).isEmpty();
        send(part("0:0", 2 * FIT, 2 * FIT + 1, result(hit("z", 0.5f))));

        QueryResult answer = answers().get(0);
        assertThat(answer.getHits())
                .extracting(Hit::getScore)
                .containsExactly(2 * FIT - 1f, 2 * FIT - 2f, 2 * FIT - 3f);
        assertThat(answer.getPartial()).isFalse();
        assertThat(answer.getCost().getRowsScored()).isEqualTo(10 * (2 * FIT + 1));
    }

    @Test
    void anAskingThatIsOverdueWhenItIsRestoredIsAnsweredAtOnce() throws Exception {
        send(part(0, 2, hit("a", 0.5f)));
        gather.restart(1, DEADLINE + 5_000);
        gather.setProcessingTime(DEADLINE + 5_001);

        assertThat(answers()).singleElement().satisfies(answer -> {
            assertThat(answer.getPartial()).isTrue();
            assertThat(answer.getCost().getWaitMicros()).isEqualTo(1_000 * (DEADLINE + 5_001 - START));
        });
    }

    @Test
    void onlySoManyAreRemembered() throws Exception {
        for (int ask = 0; ask <= GatherAnswers.ANSWERED_MAX; ask++) {
            send(part("0:" + ask, 0, 2, result()));
        }
        gather.setProcessingTime(DEADLINE);
        assertThat(answers()).hasSize(GatherAnswers.ANSWERED_MAX + 1);
        send(part("0:" + GatherAnswers.ANSWERED_MAX, 1, 2, result()));
        send(part("0:0", 1, 2, result()));
        gather.setProcessingTime(DEADLINE + 1);

        assertThat(answers()).hasSize(1);
    }

    @Test
    void atTheEndOfInputWhatIsThereIsAnswered() throws Exception {
        send(part(0, 2, hit("a", 0.5f)));
        gather.endInput();

        assertThat(answers()).extracting(QueryResult::getPartial).containsExactly(true);
    }

    @Test
    void aPartFromAfterTheDeadlineIsStillAnsweredAtOnceAsPartial() throws Exception {
        gather.setProcessingTime(DEADLINE + 100);
        send(part(0, 2, hit("a", 0.5f)));
        gather.setProcessingTime(DEADLINE + 101);

        assertThat(answers()).extracting(QueryResult::getPartial).containsExactly(true);
    }

    @Test
    void anErrorOfOnePartIsTheErrorOfTheAnswer() throws Exception {
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
        send(part(0, 2, hit("a", 0.5f)));
        gather.restart(1);
        send(part(1, 2, hit("b", 0.6f)));

        assertThat(Samples.ids(answers().get(0))).containsExactly("b", "a");
    }

    @Test
    void theDeadlineHoldsAfterARestoreInTheMiddle() throws Exception {
        send(part(0, 2, hit("a", 0.5f)));
        gather.restart(1);
        gather.setProcessingTime(DEADLINE);

        assertThat(answers()).extracting(QueryResult::getPartial).containsExactly(true);
    }

    /** Sends askings until there is no room for another. */
    private void fill() throws Exception {
        for (int ask = 2; ask <= FIT; ask++) {
            send(part("0:" + ask, 0, 2, result(large("a", 0.5f))));
        }
    }

    /** A hit with an id of 300,000 letters: three of them fit into a result. */
    private static Hit large(String letter, float score) {
        return hit(letter.repeat(LARGE / letter.length()), score);
    }

    private void send(PartialAnswer part) throws Exception {
        gather.send(part);
    }

    private List<QueryResult> answers() {
        return gather.sent().stream().map(Samples::result).toList();
    }

    private static PartialAnswer part(int part, int parts, Hit... hits) {
        return part(part, parts, result(hits));
    }

    private static PartialAnswer part(int part, int parts, QueryResult result) {
        return part("0:17", part, parts, result);
    }

    private static PartialAnswer part(String askId, int part, int parts, QueryResult result) {
        return new PartialAnswer(askId, parts, part, DEADLINE, 3, WireCodec.RESULT.encode(result, WireFormat.AVRO));
    }

    private static QueryResult result(Hit... hits) {
        QueryCost cost = QueryCost.newBuilder().setRowsScored(10).build();
        return new QueryResult("q", "docs", "job/0/0", List.of(hits), false, null, null, cost, Degradation.NORMAL, 0);
    }

    private static Hit hit(String id, float score) {
        return new Hit(id, score, MemoryKind.EPISODIC, Tier.HOT, null, Map.of(), null, null, null);
    }
}
