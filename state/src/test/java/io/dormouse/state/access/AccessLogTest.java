// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class AccessLogTest {
    private static final long PAGE = 0x1234_5678_0000_0064L;
    private static final long ELSEWHERE = 0x7777_0000_0000_0003L;

    private final AccessLog log = new AccessLog(1 << 12);
    private final Random random = new Random(5);

    @Property(tries = 100)
    void itRemembersTheLatestAccessesInOrder(@ForAll long seed) {
        Random choice = new Random(seed);
        AccessLog ring = new AccessLog(16);
        List<long[]> model = new ArrayList<>();
        long now = choice.nextInt(1_000);
        for (int i = choice.nextInt(60); i > 0; i--) {
            now += choice.nextInt(4) == 0 ? -choice.nextInt(10) : choice.nextInt(50);
            long at = model.isEmpty() ? now : Math.max(now, model.get(model.size() - 1)[1]);
            ring.note(i, now);
            model.add(new long[] {i, at});
        }
        assertThat(ring.noted()).isEqualTo(model.size());
        assertThat(ring.size()).isEqualTo(Math.min(16, model.size()));
        for (int ago = 0; ago < ring.size(); ago++) {
            long[] expected = model.get(model.size() - 1 - ago);
            assertThat(ring.address(ago)).isEqualTo(expected[0]);
            assertThat(ring.millis(ago)).isEqualTo(expected[1]);
        }
        long then = now + choice.nextInt(100);
        for (long age : new long[] {0, 1, 10, 100, 1_000, 100_000}) {
            List<long[]> kept = model.subList(Math.max(0, model.size() - 16), model.size());
            long expected = kept.stream().filter(each -> then - each[1] <= age).count();
            assertThat(ring.within(then, age)).isEqualTo((int) expected);
        }
    }

    @Test
    void aSizeThatIsNoPowerOfTwoIsRefused() {
        assertThatThrownBy(() -> new AccessLog(100)).hasMessageContaining("power of two");
    }

    @Test
    void aPageWithFewAccessesHasNoPattern() {
        for (int i = 0; i < 4; i++) {
            log.note(PAGE, 10 * i);
        }
        assertThat(log.pattern(PAGE)).isEqualTo(AccessPattern.UNKNOWN);
        assertThat(log.pattern(ELSEWHERE)).isEqualTo(AccessPattern.UNKNOWN);
    }

    @Test
    void pagesReadOneAfterTheOtherAreSequential() {
        long now = 0;
        for (int round = 0; round < 8; round++) {
            for (int page = -3; page <= 3; page++) {
                log.note(PAGE + page, now++);
            }
            now += random.nextInt(10_000);
        }
        assertThat(log.pattern(PAGE)).isEqualTo(AccessPattern.SEQUENTIAL);
    }

    @Test
    void equalIntervalsArePeriodic() {
        for (int i = 0; i < 30; i++) {
            log.note(PAGE, 1_000 * i + random.nextInt(100));
            log.note(ELSEWHERE, 1_000 * i + 500);
        }
        assertThat(log.pattern(PAGE)).isEqualTo(AccessPattern.PERIODIC);
    }

    @Test
    void accessesInCrowdsAreBursty() {
        long now = 0;
        for (int burst = 0; burst < 8; burst++) {
            for (int i = 0; i < 20; i++) {
                log.note(PAGE, now += random.nextInt(10));
                log.note(ELSEWHERE, now);
            }
            now += 60_000 + random.nextInt(60_000);
        }
        assertThat(log.pattern(PAGE)).isEqualTo(AccessPattern.BURSTY);
    }

    @Test
    void independentAccessesAreRandom() {
        double now = 0;
        for (int i = 0; i < 1_000; i++) {
            now += -1_000 * Math.log(1 - random.nextDouble());
            log.note(PAGE, (long) now);
            log.note(ELSEWHERE, (long) now);
        }
        assertThat(log.pattern(PAGE)).isEqualTo(AccessPattern.RANDOM);
    }
}
