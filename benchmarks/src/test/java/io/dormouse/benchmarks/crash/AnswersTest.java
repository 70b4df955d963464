// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.benchmarks.crash.Answers.Asked;
import io.dormouse.schema.Hit;
import io.dormouse.schema.QueryCost;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.Tier;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A bench that proves something must notice when it is not so. */
class AnswersTest {
    private static final int ITEM = CrashItems.write(20).item();

    private final Answers answers = new Answers();

    @Test
    void anAnswerWithTheItemAsItWasWrittenIsRight() {
        answers.asked("q", new Asked(ITEM, 20, 0));
        answers.came(result("q", "attempt", false, hit(ITEM, 20)));
        assertThat(answers.right()).isOne();
        assertThat(answers.wrong()).isZero();
        assertThat(answers.missing()).isEmpty();
    }

    @Test
    void anAnswerWithoutItOrOfAnEarlierWriteIsWrongUnlessItIsFlagged() {
        answers.asked("without", new Asked(ITEM, 20, 0));
        answers.came(
                result("without", "attempt", false, hit(CrashItems.write(21).item(), 21)));
        answers.asked("stale", new Asked(ITEM, 30, 0));
        answers.came(result("stale", "attempt", false, hit(ITEM, 20)));
        assertThat(answers.wrong()).isEqualTo(2);
        answers.asked("flagged", new Asked(ITEM, 30, 0));
        answers.came(result("flagged", "attempt", true, hit(ITEM, 20)));
        assertThat(answers.wrong()).isEqualTo(2);
        assertThat(answers.flagged()).isOne();
    }

    @Test
    void anothersPayloadIsWrongEvenInAFlaggedAnswer() {
        answers.asked("q", new Asked(ITEM, 20, 0));
        answers.came(result("q", "attempt", true, hit(ITEM, 21)));
        assertThat(answers.wrong()).isOne();
        assertThat(answers.examples()).hasSize(1);
    }

    @Test
    void aRepeatOfAnotherAttemptIsNoFaultAndOneOfTheSameIs() {
        answers.asked("q", new Asked(ITEM, 20, 0));
        answers.came(result("q", "first", false, hit(ITEM, 20)));
        answers.came(result("q", "second", false, hit(ITEM, 20)));
        assertThat(answers.repeated()).isOne();
        assertThat(answers.alike()).isZero();
        answers.came(result("q", "second", false, hit(ITEM, 20)));
        assertThat(answers.alike()).isOne();
        assertThat(answers.right()).isOne();
    }

    @Test
    void aQueryWithoutAnAnswerIsMissingAndOneThatWasNotSentIsNot() {
        answers.asked("q", new Asked(ITEM, 20, 0));
        answers.asked("unsent", new Asked(ITEM, 20, 0));
        answers.notSent("unsent");
        assertThat(answers.missing()).containsExactly("q");
        assertThat(answers.asked()).isOne();
    }

    @Test
    void theFirstAnswerAfterAMomentIsOneToAQuestionAskedAfterIt() {
        AtomicInteger heard = new AtomicInteger();
        answers.asked("before", new Asked(ITEM, 20, 100));
        answers.asked("after", new Asked(ITEM, 20, 300));
        answers.onNext(200, heard::incrementAndGet);
        answers.came(result("before", "attempt", false, hit(ITEM, 20)));
        assertThat(heard).hasValue(0);
        answers.came(result("after", "attempt", false, hit(ITEM, 20)));
        assertThat(heard).hasValue(1);
    }

    private static QueryResult result(String id, String attempt, boolean partial, Hit hit) {
        return QueryResult.newBuilder()
                .setQueryId(id)
                .setNamespace(CrashItems.NAMESPACE)
                .setAttempt(attempt)
                .setPartial(partial)
                .setHits(List.of(hit))
                .setCost(QueryCost.newBuilder().build())
                .build();
    }

    private static Hit hit(int item, int write) {
        return Hit.newBuilder()
                .setId(Integer.toString(item))
                .setScore(1)
                .setTier(Tier.HOT)
                .setPayload(CrashItems.payload(write))
                .build();
    }
}
