// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class NodeTableProperties {
    @Property(tries = 60)
    void theTableIsAMapOfWhatIsNeeded(@ForAll long seed) {
        Random random = new Random(seed);
        NodeTable nodes = new NodeTable();
        Map<Long, Integer> model = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            long fingerprint = random.nextInt(400);
            Integer node = model.get(fingerprint);
            assertThat(nodes.find(fingerprint)).isEqualTo(node == null ? NodeQueue.NONE : node);
            if (node == null) {
                int created = nodes.create(fingerprint);
                nodes.need(created, 1 | 4);
                model.put(fingerprint, created);
            } else {
                nodes.release(node, 1);
                assertThat(nodes.find(fingerprint)).isEqualTo(node);
                nodes.release(node, 4);
                model.remove(fingerprint);
            }
            assertThat(nodes.size()).isEqualTo(model.size());
        }
    }
}
