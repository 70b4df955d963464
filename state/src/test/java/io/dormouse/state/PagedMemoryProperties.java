// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Random lives of a memory beside a model that does the same; crashes and cramped heaps included. */
class PagedMemoryProperties {
    private static final int ROOMY = 1 << 22;
    private static final int CRAMPED = 6_000;

    @Property(tries = 40)
    void aMemoryIsAMapWithExactSearch(
            @ForAll Metric metric,
            @ForAll Code code,
            @ForAll @IntRange(min = 1, max = 24) int dimension,
            @ForAll long seed)
            throws Exception {
        live(new MemoryBesideModel(fitting(metric, code), code, dimension, ROOMY, new Random(seed)), 2_000);
    }

    @Property(tries = 40)
    void aHeapThatHoldsNextToNothingChangesNoAnswer(
            @ForAll Metric metric,
            @ForAll Code code,
            @ForAll @IntRange(min = 1, max = 24) int dimension,
            @ForAll long seed)
            throws Exception {
        live(new MemoryBesideModel(fitting(metric, code), code, dimension, CRAMPED, new Random(seed)), 2_000);
    }

    @Property(tries = 40)
    void pagesInObjectStorageChangeNoAnswer(
            @ForAll Metric metric,
            @ForAll Code code,
            @ForAll @IntRange(min = 1, max = 24) int dimension,
            @ForAll boolean cramped,
            @ForAll long seed)
            throws Exception {
        int hotBytes = cramped ? CRAMPED : ROOMY;
        live(new MemoryBesideModel(fitting(metric, code), code, dimension, hotBytes, true, new Random(seed)), 2_000);
    }

    /** The random lives above would prove little if hardly anything happened in them. */
    @Example
    void aRandomLifeSplitsMergesAndSleeps() throws Exception {
        MemoryBesideModel roomy = new MemoryBesideModel(Metric.L2, Code.FLOAT32, 24, ROOMY, new Random(1));
        live(roomy, 2_000);
        assertThat(roomy.reorganisations()).isGreaterThan(20);
        MemoryBesideModel cramped = new MemoryBesideModel(Metric.L2, Code.INT8, 24, CRAMPED, new Random(1));
        live(cramped, 2_000);
        assertThat(cramped.sleeps()).isGreaterThan(100);
        MemoryBesideModel cold = new MemoryBesideModel(Metric.L2, Code.RABITQ, 24, CRAMPED, true, new Random(1));
        long rewritten = 0;
        for (int i = 0; i < 10_000 && (rewritten == 0 || cold.coldReads() <= 100); i++) {
            cold.step();
            rewritten = Math.max(rewritten, cold.rewritten());
        }
        assertThat(cold.coldReads()).isGreaterThan(100);
        assertThat(rewritten).isPositive();
    }

    private static Metric fitting(Metric metric, Code code) {
        return code == Code.BINARY ? Metric.HAMMING : metric;
    }

    private static void live(MemoryBesideModel life, int operations) throws Exception {
        for (int i = 0; i < operations; i++) {
            life.step();
        }
        life.crash();
        life.assertSame();
        life.fallAsleep();
        life.assertSame();
    }
}
