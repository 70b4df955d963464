// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class EvictionPolicyTest {
    private static final int LRU = 0;
    private static final int S3_FIFO = 1;
    private static final int LIRS = 2;

    @Test
    void aLoopLargerThanTheCacheIsKeptInPart() {
        PlayedPolicy cache = new PlayedPolicy(100);
        int hits = 0;
        for (int i = 0; i < 20_000; i++) {
            hits += cache.ask(i % 150) ? 1 : 0;
        }
        assertThat(cache.policy.leading()).isEqualTo(LIRS);
        assertThat(hits).isGreaterThan(12_000);
    }

    @Test
    void whatIsOftenUsedStaysWhileMuchPassesOnce() {
        PlayedPolicy cache = new PlayedPolicy(100);
        int hits = 0;
        int asked = 0;
        for (int i = 0; i < 40_000; i++) {
            cache.ask(1_000_000 + 2 * i);
            cache.ask(1_000_001 + 2 * i);
            if (i >= 20_000) {
                hits += cache.ask(i % 50) ? 1 : 0;
                asked++;
            } else {
                cache.ask(i % 50);
            }
        }
        assertThat(cache.policy.leading()).isNotEqualTo(LRU);
        assertThat(hits).isGreaterThan(asked * 9 / 10);
    }

    @Test
    void recencyLeadsWhereBlocksReturnSoonAndThenNoMore() {
        PlayedPolicy cache = new PlayedPolicy(100);
        for (int i = 0; i < 20_000; i++) {
            cache.ask(i);
            if (i >= 40) {
                cache.ask(i - 40);
            }
        }
        assertThat(cache.policy.leading()).isEqualTo(LRU);
        assertThat(cache.policy.leadChanges()).isZero();
    }

    @Test
    void theCacheFollowsWhoeverLeads() {
        PlayedPolicy cache = new PlayedPolicy(100);
        for (int round = 0; round < 6; round++) {
            for (int i = 0; i < 5_000; i++) {
                // In turn a loop, which LIRS keeps best, and blocks that return soon and then no more.
                cache.ask(round % 2 == 0 ? i % 150 : 10_000 * round + i);
                if (round % 2 == 1 && i >= 40) {
                    cache.ask(10_000 * round + i - 40);
                }
            }
        }
        assertThat(cache.policy.leadChanges()).isGreaterThan(1);
        assertThat(cache.victimsOfTheLead).isZero();
    }

    @Test
    void dearBlocksStayLongerUnderTheCorrectedPolicy() {
        long corrected = costSaved(true);
        long plain = costSaved(false);
        assertThat(corrected).isGreaterThan(plain * 11 / 10);
    }

    /** Keys used at random, one in ten of them dear: what the hits saved. */
    private static long costSaved(boolean told) {
        PlayedPolicy cache = new PlayedPolicy(200);
        Random random = new Random(5);
        long saved = 0;
        for (int i = 0; i < 200_000; i++) {
            int key = (int) (2_000 * Math.pow(random.nextDouble(), 2));
            int cost = key % 10 == 0 ? 100 : 1;
            saved += cache.ask(key, 1, told ? cost : 1) ? cost : 0;
        }
        assertThat(cache.policy.leading()).isEqualTo(told ? S3_FIFO : cache.policy.leading());
        return saved;
    }

    @Test
    void theCorrectionIsLeftWhenItDoesWorse() {
        PlayedPolicy cache = new PlayedPolicy(100);
        for (int i = 0; i < 40_000; i++) {
            // Dear blocks that never return, and a working set that recency alone keeps.
            cache.ask(1_000_000 + i, 1, 1_000);
            cache.ask(i);
            if (i >= 25) {
                cache.ask(i - 25);
            }
        }
        assertThat(cache.policy.leading()).isEqualTo(LRU);
    }

    @Test
    void whatWasPinnedAndIsNotAnyLongerCanBeEvicted() {
        PlayedPolicy cache = new PlayedPolicy(2);
        cache.ask(1);
        cache.pin(1, true);
        cache.ask(2);
        cache.ask(3);
        assertThat(cache.nodes).containsOnlyKeys(1L, 3L);
        cache.pin(1, false);
        cache.ask(4);
        cache.ask(5);
        assertThat(cache.nodes).containsOnlyKeys(4L, 5L);
    }

    /** What shards reserve may take all the room there is. */
    @Test
    void aBlockIsUsedAgainAndAgainInACacheThatHasNoRoom() {
        PlayedPolicy cache = new PlayedPolicy(10);
        cache.policy.setCapacity(0);
        for (int i = 0; i < 4; i++) {
            cache.ask(1);
        }
        assertThat(cache.nodes).containsOnlyKeys(1L);
    }

    @Test
    void nothingIsVictimWhereNothingIs() {
        assertThat(new EvictionPolicy(10).victim()).isEqualTo(EvictionPolicy.NONE);
    }

    @Test
    void twoBlocksOfOneFingerprintAreTwoBlocks() {
        EvictionPolicy policy = new EvictionPolicy(1);
        int one = policy.admit(7, 1, 1);
        int two = policy.admit(7, 1, 1);
        assertThat(two).isNotEqualTo(one);
        assertThat(policy.victim()).isEqualTo(one);
        policy.evicted(one);
        assertThat(policy.victim()).isEqualTo(two);
    }
}
