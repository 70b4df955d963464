// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.step.StepQueue.Urgency;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepQueueTest {
    private final StepQueue queue = new StepQueue();
    private final List<String> ran = new ArrayList<>();

    private void add(Urgency urgency, String name) {
        queue.add(urgency, () -> ran.add(name));
    }

    private void runAll() {
        while (queue.runNext()) {
            // each call runs one
        }
    }

    @Test
    void stepsOfOneClassRunInTheirOrder() {
        add(Urgency.MAINTENANCE, "a");
        add(Urgency.MAINTENANCE, "b");
        add(Urgency.MAINTENANCE, "c");
        runAll();
        assertThat(ran).containsExactly("a", "b", "c");
    }

    @Test
    void storingWhatChangedComesBeforeMaintenance() {
        add(Urgency.MAINTENANCE, "split");
        add(Urgency.WRITE_BEHIND, "write");
        runAll();
        assertThat(ran).containsExactly("write", "split");
    }

    @Test
    void oneStepRunsAtATime() {
        add(Urgency.MAINTENANCE, "a");
        add(Urgency.MAINTENANCE, "b");
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.runNext()).isTrue();
        assertThat(ran).containsExactly("a");
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.isEmpty()).isFalse();
    }

    @Test
    void aStepMayQueueTheNext() {
        queue.add(Urgency.MAINTENANCE, () -> add(Urgency.MAINTENANCE, "second"));
        runAll();
        assertThat(ran).containsExactly("second");
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void theRestOfWorkThatShouldNotBeInterruptedGoesBeforeItsLike() {
        add(Urgency.MAINTENANCE, "other");
        queue.addNext(Urgency.MAINTENANCE, () -> ran.add("rest"));
        add(Urgency.WRITE_BEHIND, "write");
        assertThat(queue.size()).isEqualTo(3);
        runAll();
        assertThat(ran).containsExactly("write", "rest", "other");
    }

    @Test
    void anEmptyQueueRunsNothing() {
        assertThat(queue.runNext()).isFalse();
        assertThat(queue.isEmpty()).isTrue();
    }
}
