// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.cold.ColdHealth.Level;
import org.junit.jupiter.api.Test;

class ColdHealthTest {
    private long millis = 1_000_000;
    private final ColdHealth health = new ColdHealth(() -> millis);

    private void note(int successes, int failures) {
        for (int i = 0; i < successes + failures; i++) {
            health.note(i >= failures);
        }
    }

    @Test
    void theShareOfFailuresDecides() {
        assertThat(health.level()).isEqualTo(Level.NORMAL);
        note(1_000, 0);
        note(0, 9);
        assertThat(health.level()).isEqualTo(Level.NORMAL);
        note(0, 10);
        assertThat(health.level()).isEqualTo(Level.SMALLER_BATCHES);
        note(0, 50);
        assertThat(health.level()).isEqualTo(Level.NO_COLD_READS);
        note(0, 100);
        assertThat(health.level()).isEqualTo(Level.NO_COLD_TRAFFIC);
    }

    @Test
    void aFewFailuresSayNothing() {
        note(0, 7);
        assertThat(health.level()).isEqualTo(Level.NORMAL);
    }

    @Test
    void whatFailedIsForgottenWithTime() {
        note(0, 100);
        assertThat(health.level()).isEqualTo(Level.NO_COLD_TRAFFIC);
        millis += 10_000;
        assertThat(health.level()).as("a while later").isEqualTo(Level.NO_COLD_TRAFFIC);
        millis += 20_000;
        assertThat(health.level()).isEqualTo(Level.NORMAL);
    }

    @Test
    void gaugesForgetToo() {
        note(0, 100);
        assertThat(health.shownLevel()).isEqualTo(Level.NO_COLD_TRAFFIC);
        assertThat(health.shownErrorRate()).isEqualTo(1);
        millis += 30_000;
        assertThat(health.shownLevel()).as("before anyone looks").isEqualTo(Level.NO_COLD_TRAFFIC);
        health.look();
        assertThat(health.shownLevel()).isEqualTo(Level.NORMAL);
        assertThat(health.shownErrorRate()).isZero();
    }

    @Test
    void successesBringRecoverySooner() {
        note(0, 100);
        millis += 10_000;
        note(600, 0);
        assertThat(health.level()).isEqualTo(Level.SMALLER_BATCHES);
    }

    @Test
    void someQueriesProbeAtAnyLevel() {
        note(0, 100);
        int asked = 0;
        for (int i = 0; i < 160; i++) {
            asked += health.mayFetch() ? 1 : 0;
        }
        assertThat(asked).isEqualTo(10);
    }
}
