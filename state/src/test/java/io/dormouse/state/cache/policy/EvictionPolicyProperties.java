// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class EvictionPolicyProperties {
    private static final int HELD = 1;
    private static final int REMEMBERED = 2;

    @Property(tries = 60)
    void theCacheStaysWithinItsLimitAndPinnedBlocksStay(
            @ForAll long seed, @ForAll @IntRange(min = 5, max = 60) int span) {
        Random random = new Random(seed);
        PlayedPolicy cache = new PlayedPolicy(100);
        Set<Long> pinned = new HashSet<>();
        for (int i = 0; i < 3_000; i++) {
            long key = random.nextInt(span);
            switch (random.nextInt(12)) {
                case 0 -> {
                    if (cache.nodes.containsKey(key) && !pinned.contains(key)) {
                        cache.remove(key);
                    }
                }
                case 1 -> {
                    if (cache.nodes.containsKey(key) && !pinned.contains(key)) {
                        cache.resize(key, 1 + random.nextInt(20));
                    }
                }
                case 2 -> {
                    if (cache.nodes.containsKey(key) && pinned.size() < 3 && pinned.add(key)) {
                        cache.pin(key, true);
                    }
                }
                case 3 -> {
                    if (pinned.remove(key)) {
                        cache.pin(key, false);
                    }
                }
                default -> cache.ask(key, 1 + random.nextInt(20), 1 + random.nextInt(100));
            }
            cache.trim();
            assertThat(cache.bytes).isLessThanOrEqualTo(100);
            assertThat(cache.nodes.keySet()).containsAll(pinned);
        }
        for (Long key : new ArrayList<>(cache.nodes.keySet())) {
            cache.remove(key);
        }
        assertThat(cache.policy.victim()).isEqualTo(EvictionPolicy.NONE);
    }

    @Property(tries = 60)
    void theSameAccessesAlwaysGiveTheSameVictims(@ForAll long seed) {
        assertThat(victims(seed)).isEqualTo(victims(seed));
    }

    private static List<Long> victims(long seed) {
        Random random = new Random(seed);
        PlayedPolicy cache = new PlayedPolicy(50);
        List<Long> seen = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            Set<Long> before = new HashSet<>(cache.nodes.keySet());
            cache.ask(random.nextInt(150), 1 + random.nextInt(3), 1 + random.nextInt(5));
            before.removeAll(cache.nodes.keySet());
            seen.addAll(before.stream().sorted().toList());
        }
        return seen;
    }

    @Property(tries = 60)
    void memoryIsBoundedByWhatTheShadowsMayHold(@ForAll long seed) {
        Random random = new Random(seed);
        PlayedPolicy cache = new PlayedPolicy(50);
        for (int i = 0; i < 5_000; i++) {
            cache.ask(random.nextInt(3) == 0 ? random.nextInt(100) : 1_000 + i);
            // Three shadows and the cache itself hold 50 each; S3-FIFO remembers 45, LIRS 100.
            assertThat(cache.policy.known()).isLessThanOrEqualTo(4 * 50 + 45 + 100);
        }
    }

    @Property(tries = 40)
    void theLruShadowIsLru(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int capacity) {
        Random random = new Random(seed);
        NodeTable nodes = new NodeTable();
        LruShadow shadow = new LruShadow(nodes, HELD, (from, node) -> {});
        shadow.setCapacity(capacity);
        LinkedHashSet<Integer> model = new LinkedHashSet<>();
        int[] node = keys(nodes, 64);
        for (int i = 0; i < 2_000; i++) {
            int key = random.nextInt(64);
            assertThat(shadow.access(node[key])).isEqualTo(model.remove(key));
            model.add(key);
            if (model.size() > capacity) {
                model.remove(model.iterator().next());
            }
        }
    }

    @Property(tries = 60)
    void whereAllBlocksAreWorthTheSameTheCorrectedPolicyIsS3Fifo(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 500) int weight) {
        Random random = new Random(seed);
        NodeTable nodes = new NodeTable();
        S3FifoShadow shadow = new S3FifoShadow(nodes, HELD, REMEMBERED, (from, node) -> {});
        shadow.setCapacity(30);
        S3FifoModel model = new S3FifoModel(30);
        int[] node = keys(nodes, 100);
        for (int i = 0; i < 3_000; i++) {
            int key = Math.min(random.nextInt(100), random.nextInt(100));
            nodes.setWeight(node[key], weight);
            assertThat(shadow.access(node[key])).isEqualTo(model.access(key));
        }
    }

    @Property(tries = 40)
    void everyShadowHoldsAtMostItsCapacity(@ForAll long seed) {
        Random random = new Random(seed);
        NodeTable nodes = new NodeTable();
        List<Shadow> shadows = List.of(
                new LruShadow(nodes, 1, (from, node) -> {}),
                new S3FifoShadow(nodes, 2, 8, (from, node) -> {}),
                new LirsShadow(nodes, 4, 16, (from, node) -> {}));
        shadows.forEach(shadow -> shadow.setCapacity(100));
        int[] node = keys(nodes, 64);
        for (int key = 0; key < 64; key++) {
            nodes.setBytes(node[key], 1 + random.nextInt(30));
        }
        for (int i = 0; i < 2_000; i++) {
            int asked = node[random.nextInt(64)];
            int other = node[random.nextInt(64)];
            int capacity = 60 + random.nextInt(60);
            boolean forgets = random.nextInt(20) == 0;
            for (Shadow shadow : shadows) {
                shadow.access(asked);
                assertThat(shadow.holds(asked)).isTrue();
                if (forgets) {
                    shadow.forget(other);
                    assertThat(shadow.holds(other)).isFalse();
                    shadow.setCapacity(capacity);
                }
                long held = 0;
                for (int each : node) {
                    held += shadow.holds(each) ? nodes.bytes(each) : 0;
                }
                assertThat(held).isLessThanOrEqualTo(120);
            }
        }
    }

    /** Nodes of the keys from 0, all of one unit, that no release frees. */
    private static int[] keys(NodeTable nodes, int count) {
        int[] keys = new int[count];
        for (int key = 0; key < count; key++) {
            keys[key] = nodes.create(key);
            nodes.need(keys[key], 64);
            nodes.setBytes(keys[key], 1);
            nodes.setWeight(keys[key], 1);
        }
        return keys;
    }
}
