// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

import java.util.Arrays;

/** Room for the links of queues of which a node is in at most one. */
final class NodeLinks {
    int[] previous = new int[0];
    int[] next = new int[0];

    void grow(int nodes) {
        previous = Arrays.copyOf(previous, nodes);
        next = Arrays.copyOf(next, nodes);
    }
}
