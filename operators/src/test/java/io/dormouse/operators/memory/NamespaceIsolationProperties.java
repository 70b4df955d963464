// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** One namespace can never see another, whatever happens to both. */
class NamespaceIsolationProperties {
    private static final int STEPS = 400;
    private static final long ROOMY = 64 << 20;

    @Property(tries = 8)
    void noAnswerHoldsAnythingOfAnotherNamespace(@ForAll long seed, @ForAll boolean cramped) throws Exception {
        try (NeighboursScenario neighbours =
                new NeighboursScenario(new Random(seed), cramped ? ColdScenario.CRAMPED : ROOMY)) {
            neighbours.live(STEPS);
        }
    }

    /** The random lives above would prove little if hardly anything happened in them. */
    @Example
    void aRandomLifeErasesRestoresAndReadsFromObjectStorage() throws Exception {
        try (NeighboursScenario neighbours = new NeighboursScenario(new Random(1), ColdScenario.CRAMPED)) {
            neighbours.live(2 * STEPS);
            assertThat(neighbours.hits()).isGreaterThan(5_000);
            assertThat(neighbours.restores()).isGreaterThan(5);
            assertThat(neighbours.erases()).isGreaterThan(5);
            assertThat(neighbours.coldReads()).isGreaterThan(20);
        }
    }
}
