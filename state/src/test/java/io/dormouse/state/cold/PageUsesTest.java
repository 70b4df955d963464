// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PageUsesTest {
    private static final WarmLimits LIMITS = new WarmLimits(60_000, 300_000, 0);
    private static final long WINDOW = 10_000;
    private static final long KNOWN_MAX = 29_000 * WINDOW;

    @Property(tries = 10)
    void aPageSeemsAsOldAsItIsOrALittleYounger(@ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int pages) {
        Random random = new Random(seed);
        long now = random.nextInt(1_000_000);
        PageUses uses = new PageUses(LIMITS, now);
        Map<Integer, Long> used = new HashMap<>();
        for (int page = 0; page < pages; page++) {
            used.put(page, now);
        }
        for (int i = 0; i < 1_000; i++) {
            now += random.nextInt(100) == 0
                    ? random.nextInt(random.nextBoolean() ? 5_000_000 : 500_000_000)
                    : random.nextInt(30_000);
            uses.advance(now);
            int page = random.nextInt(pages);
            if (random.nextInt(10) == 0) {
                uses.use(7, page);
                used.put(page, now);
            }
            long idle = now - used.get(page);
            assertThat(uses.idleMillis(7, page)).isLessThanOrEqualTo(idle);
            assertThat(uses.idleMillis(7, page)).isGreaterThanOrEqualTo(Math.min(idle, KNOWN_MAX) - 2 * WINDOW);
        }
    }
}
