// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random lives of a job, its checkpoints and its user, swept now and then; the sweep is interrupted, and raced with. */
class SweepProperties {
    private static final long GRACE_MILLIS = 1_000;
    private static final SweepSettings SETTINGS =
            new SweepSettings(Duration.ofMillis(GRACE_MILLIS), Duration.ofMillis(700), true, false, false);

    private static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Property(tries = 400)
    void whatIsNeededCanBeReadAtEveryMomentAndAllElseGoesInTheEnd(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        SweptJob job = new SweptJob(random);
        for (int step = 0; step < 120; step++) {
            job.act();
            job.nowMillis += random.nextInt(200);
            if (random.nextInt(5) == 0) {
                disturbed(job, random);
            }
            assertFound(job);
        }
        assertAllElseGoes(job);
    }

    /** A sweep that may be cut off or have requests fail, while the job goes on. */
    private static void disturbed(SweptJob job, Random random) {
        int[] requests = {random.nextInt(3) == 0 ? random.nextInt(60) : Integer.MAX_VALUE};
        boolean races = random.nextBoolean();
        boolean fails = random.nextInt(4) == 0;
        job.objects.around(() -> {
            if (requests[0]-- <= 0) {
                throw new Crash();
            }
            if (races && random.nextInt(4) == 0) {
                job.act();
                job.nowMillis += random.nextInt(3);
            }
            assertFound(job);
            if (fails && random.nextInt(6) == 0) {
                throw new IOException("object storage fails");
            }
        });
        Throwable thrown = catchThrowable(() -> sweep(job));
        job.objects.around(() -> {});
        if (thrown != null && !(thrown instanceof Crash) && !(thrown instanceof IOException)) {
            throw new AssertionError("neither cut off nor refused by object storage", thrown);
        }
    }

    private static SweepReport sweep(SweptJob job) throws IOException, SweepRefusedException {
        return new Sweep(job.objects, job, SETTINGS, () -> job.nowMillis, 1, SweepProgress.NONE).run();
    }

    private static void assertFound(SweptJob job) {
        for (String name : job.needed()) {
            if (!job.finds(name)) {
                throw new AssertionError(name + " is needed, and neither in its place nor in the trash");
            }
        }
    }

    private static void assertAllElseGoes(SweptJob job) throws Exception {
        Set<String> kept = Set.of(SweptJob.name(1), SweptJob.name(2));
        job.settle(kept);
        for (int round = 0; round < 3; round++) {
            job.nowMillis += 2 * GRACE_MILLIS;
            job.checkpoint();
            assertThat(sweep(job).isClean()).isTrue();
        }
        Set<String> left = job.objects.objects().keySet().stream()
                .map(path -> ColdLayout.at(path).orElseThrow().name())
                .collect(Collectors.toSet());
        assertThat(left).isEqualTo(kept);
    }
}
