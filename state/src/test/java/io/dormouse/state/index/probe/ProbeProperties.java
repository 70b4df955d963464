// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.dormouse.state.index.FixedShareProbes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;

class ProbeProperties {
    private static final int[] KS = {1, 10, 100};

    /** Samples as hostile as a shard can make them: distances zero, negative, equal or huge. */
    @Provide
    Arbitrary<ProbeSample> samples() {
        Arbitrary<Float> targets = Arbitraries.floats().between(0.01f, 0.99f);
        return Combinators.combine(distances(), Arbitraries.of(1, 10, 100), targets, ranks())
                .as((distances, k, target, ranks) ->
                        ProbeSamples.sample(k, target, distances, ranks, Math.floorMod(k, ranks.length + 1)));
    }

    @Provide
    Arbitrary<float[]> distances() {
        Arbitrary<Float> distance = Arbitraries.oneOf(
                Arbitraries.just(0f),
                Arbitraries.floats().between(0, 10),
                Arbitraries.floats().between(-10, 10),
                Arbitraries.just(Float.MAX_VALUE),
                Arbitraries.just(-Float.MAX_VALUE),
                Arbitraries.just(Float.MIN_VALUE));
        return distance.array(float[].class).ofMinSize(1).ofMaxSize(60).map(all -> {
            Arrays.sort(all);
            return all;
        });
    }

    private static Arbitrary<int[]> ranks() {
        return Arbitraries.integers()
                .between(0, 70)
                .array(int[].class)
                .ofMinSize(1)
                .ofMaxSize(12);
    }

    private static CalibratedProbes planner(List<ProbeSample> samples, int times) {
        ProbeCalibration calibration = new ProbeCalibration();
        for (int i = 0; i < times; i++) {
            samples.forEach(calibration::add);
        }
        return new CalibratedProbes(calibration, new FixedShareProbes());
    }

    @Property(tries = 200)
    void atLeastOneAndNeverMorePagesThanThereAreAreProbed(
            @ForAll("lists") List<ProbeSample> samples,
            @ForAll("distances") float[] distances,
            @ForAll @FloatRange(min = 0.01f, max = 1f) float target,
            @ForAll @IntRange(max = 2) int kClass) {
        CalibratedProbes planner = planner(samples, 40);
        int pages = distances.length;
        assertThat(planner.pagesToProbe(distances, pages, pages, target, KS[kClass]))
                .isBetween(1, pages);
        assertThat(planner.pagesToRank(pages, target, KS[kClass])).isBetween(1, pages);
    }

    @Property(tries = 200)
    void aHigherTargetNeverFindsFewerPages(
            @ForAll("lists") List<ProbeSample> samples, @ForAll("distances") float[] distances) {
        ProbeTable table = new ProbeTable();
        samples.forEach(table::add);
        int before = 0;
        for (double share = 0.02; share <= 1; share += 0.02) {
            ProbeLimit limit = table.limit(share, table, 0);
            assertThat(limit.score()).isBetween(0.0, ProbeScore.MAX);
            int pages = limit.pagesWithin(distances, distances.length, distances.length);
            assertThat(pages).isBetween(Math.max(1, before), distances.length);
            before = pages;
        }
    }

    @Property(tries = 100)
    void whatIsWrittenComesBack(@ForAll("lists") List<ProbeSample> samples) {
        ProbeCalibration calibration = new ProbeCalibration();
        samples.forEach(calibration::add);
        byte[] written = written(calibration);
        ProbeCalibration read = ProbeCalibration.read(ByteBuffer.wrap(written));
        assertThat(written(read)).isEqualTo(written);
        assertThat(read.samples()).isEqualTo(samples.size());
        assertThat(read.live().mean()).isCloseTo(calibration.live().mean(), offset(1e-5));
    }

    @Property(tries = 300)
    void anyOtherBytesAreRefusedOrGiveSoundPlans(
            @ForAll("lists") List<ProbeSample> samples, @ForAll int at, @ForAll byte instead) {
        ProbeCalibration calibration = new ProbeCalibration();
        samples.forEach(calibration::add);
        byte[] bytes = written(calibration);
        bytes[Math.floorMod(at, bytes.length)] = instead;
        ProbeCalibration read = ProbeCalibration.read(ByteBuffer.wrap(bytes));
        if (read != null) {
            CalibratedProbes planner = new CalibratedProbes(read, new FixedShareProbes());
            assertThat(planner.pagesToProbe(ProbeSamples.distances(50, 0.1), 50, 50, 0.9f, 10))
                    .isBetween(1, 50);
        }
    }

    @Provide
    Arbitrary<List<ProbeSample>> lists() {
        return samples().list().ofMinSize(1).ofMaxSize(12);
    }

    static byte[] written(ProbeCalibration calibration) {
        ByteBuffer body = ByteBuffer.allocate(ProbeCalibration.STORED_BYTES_MAX);
        calibration.write(body);
        return Arrays.copyOf(body.array(), body.position());
    }
}
