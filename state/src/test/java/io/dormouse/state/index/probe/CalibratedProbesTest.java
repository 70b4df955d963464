// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dormouse.state.index.FixedShareProbes;
import io.dormouse.state.index.ProbePlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CalibratedProbesTest {
    private static final int PAGES = 400;

    private final SplittableRandom random = new SplittableRandom(7);
    private final ProbePlanner uncalibrated = new FixedShareProbes();
    private final ProbeCalibration prior = new ProbeCalibration();
    private final ProbeCalibration own = new ProbeCalibration();
    private final CalibratedProbes planner = new CalibratedProbes(prior, uncalibrated);

    private record Outcome(double recall, double pages) {}

    private Outcome outcome(List<ProbeSample> queries, float target) {
        double recall = 0;
        double pages = 0;
        for (ProbeSample query : queries) {
            int probes = planner.pagesToProbe(query.distances(), query.ranked(), PAGES, target, query.k());
            recall += ProbeSamples.recall(query, probes);
            pages += Math.min(probes, query.ranked());
        }
        return new Outcome(recall / queries.size(), pages / queries.size());
    }

    private List<ProbeSample> queries(int count) {
        List<ProbeSample> queries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            queries.add(ProbeSamples.drawn(PAGES, random));
        }
        return queries;
    }

    @Test
    void otherQueriesThanThoseLearnedFromGetTheRecallTheyAskFor() {
        queries(600).forEach(prior::add);
        List<ProbeSample> asked = queries(2_000);
        for (float target : new float[] {0.8f, 0.9f, 0.95f}) {
            double planned = prior.planned(target);
            assertThat(outcome(asked, target).recall).isCloseTo(planned, within(0.02));
        }
    }

    @Test
    void itProbesFewerPagesThanTheBestFixedNumber() {
        queries(600).forEach(prior::add);
        List<ProbeSample> asked = queries(2_000);
        Outcome outcome = outcome(asked, 0.95f);
        int fixed = 1;
        while (recallOfFixed(asked, fixed) < outcome.recall) {
            fixed++;
        }
        assertThat(outcome.pages).isLessThan(0.8 * fixed);
    }

    private static double recallOfFixed(List<ProbeSample> queries, int probes) {
        return queries.stream()
                .mapToDouble(query -> ProbeSamples.recall(query, probes))
                .average()
                .orElseThrow();
    }

    @Test
    void withTooFewSamplesTheUncalibratedPlannerDecides() {
        queries(31).forEach(prior::add);
        assertThat(planner.calibrated(10)).isFalse();
        ProbeSample query = ProbeSamples.drawn(PAGES, random);
        assertThat(planner.pagesToProbe(query.distances(), PAGES, PAGES, 0.95f, 10))
                .isEqualTo(uncalibrated.pagesToRank(PAGES, (float) prior.planned(0.95f), 10));
        queries(3).forEach(prior::add);
        assertThat(planner.calibrated(10)).isTrue();
    }

    @Test
    void aNewShardUsesThePriorUntilItsOwnSamplesAreEnough() {
        queries(600).forEach(prior::add);
        List<ProbeSample> asked = queries(500);
        Outcome shared = outcome(asked, 0.9f);
        planner.setOwn(own);
        assertThat(planner.calibrated(10)).isTrue();
        assertThat(outcome(asked, 0.9f).recall).isCloseTo(shared.recall, within(0.001));
        for (int i = 0; i < 80; i++) {
            own.add(ProbeSamples.sample(10, 0.5f, ProbeSamples.distances(PAGES, 0.1), new int[] {5, 5, 5}, 3));
        }
        assertThat(planner.pagesToProbe(ProbeSamples.distances(PAGES, 0.1), PAGES, PAGES, 0.99f, 10))
                .isEqualTo(6);
    }

    @Test
    void theShardsOwnSamplesInThePriorDoNotCountTwice() {
        planner.setOwn(own);
        for (ProbeSample sample : queries(31)) {
            own.add(sample);
            prior.add(sample);
        }
        assertThat(planner.calibrated(10)).isFalse();
    }

    @Test
    void fewSamplesAreTakenWithCare() {
        List<ProbeSample> asked = queries(2_000);
        List<ProbeSample> few = queries(40);
        few.forEach(prior::add);
        double withFew = outcome(asked, 0.9f).recall;
        for (int i = 0; i < 20; i++) {
            few.forEach(prior::add);
        }
        assertThat(withFew).isGreaterThan(0.01 + outcome(asked, 0.9f).recall);
    }

    @Test
    void whatTheUncalibratedPlannerFindsIsNoReasonToProbeLess() {
        for (int i = 0; i < 500; i++) {
            ProbeSample all = ProbeSamples.drawn(PAGES, random);
            prior.add(new ProbeSample(10, 0.9f, PAGES, all.distances(), all.ranked(), all.ranks(), 10, 10, i >= 400));
            assertThat(prior.planned(0.9f)).isEqualTo(0.9f, within(1e-6));
        }
    }

    @Test
    void zeroDistancesLeaveTheRankToDecide() {
        float[] zeros = new float[PAGES];
        for (int i = 0; i < 80; i++) {
            prior.add(ProbeSamples.sample(10, 0.5f, zeros, new int[] {20, 20, 20}, 3));
        }
        assertThat(planner.pagesToProbe(zeros, PAGES, PAGES, 0.9f, 10)).isBetween(20, 22);
    }

    @Test
    void driftIsFollowed() {
        for (int i = 0; i < 2_000; i++) {
            prior.add(ProbeSamples.sample(10, 0.5f, ProbeSamples.distances(PAGES, 0.1), new int[] {0, 0, 0}, 3));
        }
        queries(900).forEach(prior::add);
        assertThat(outcome(queries(1_000), 0.9f).recall).isGreaterThan(0.87);
    }

    @Test
    void moreIsRankedWhenEveryRankedPagePromisesEnough() {
        for (int i = 0; i < 100; i++) {
            prior.add(ProbeSamples.sample(10, 0.9f, ProbeSamples.distances(PAGES, 0), new int[] {60, 70, 80}, 3));
        }
        float[] distances = ProbeSamples.distances(PAGES, 0);
        assertThat(planner.pagesToProbe(distances, 20, PAGES, 0.9f, 10)).isEqualTo(80);
        assertThat(planner.pagesToProbe(distances, PAGES, PAGES, 0.9f, 10)).isBetween(70, 95);
    }

    @Test
    void neighboursOutOfReachAreSoughtInNoMorePagesThanTheReach() {
        for (int i = 0; i < 100; i++) {
            prior.add(ProbeSamples.sample(10, 0.9f, ProbeSamples.distances(30, 0), new int[] {30, 30, 0}, 1));
        }
        int most = 8 * uncalibrated.pagesToRank(100_000, 0.9f, 10);
        assertThat(planner.pagesToProbe(ProbeSamples.distances(most, 0), most, 100_000, 0.9f, 10))
                .isEqualTo(most);
    }

    @Test
    void numbersOfNeighboursAreCalibratedApart() {
        for (int i = 0; i < 100; i++) {
            prior.add(ProbeSamples.sample(1, 0.9f, ProbeSamples.distances(PAGES, 0.1), new int[] {0}, 1));
            prior.add(ProbeSamples.sample(100, 0.9f, ProbeSamples.distances(PAGES, 0.1), new int[] {5, 10, 20}, 3));
        }
        float[] distances = ProbeSamples.distances(PAGES, 0.1);
        assertThat(planner.pagesToProbe(distances, PAGES, PAGES, 0.9f, 1)).isEqualTo(1);
        assertThat(planner.pagesToProbe(distances, PAGES, PAGES, 0.9f, 100)).isGreaterThan(10);
        assertThat(planner.calibrated(10)).isFalse();
    }

    @Test
    void aTargetOfOneProbesEveryPageWhateverWasLearned() {
        queries(600).forEach(prior::add);
        assertThat(planner.pagesToRank(PAGES, 1f, 10)).isEqualTo(PAGES);
        assertThat(planner.pagesToProbe(ProbeSamples.distances(PAGES, 0.1), PAGES, PAGES, 1f, 10))
                .isEqualTo(PAGES);
    }
}
