// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.peer.jvector;

import io.dormouse.benchmarks.index.IndexEngine;

/** JVector's graph as its tutorial sets it up: searched by exact vectors, or by product-quantised ones and reranked. */
public final class JVectorEngines implements IndexEngine.Opener {
    @Override
    public IndexEngine open(String name) {
        return switch (name) {
            case "jvector" -> new JVectorEngine(false);
            case "jvector-pq" -> new JVectorEngine(true);
            default -> throw new IllegalArgumentException("engine '" + name + "' is unknown to JVector's adapter");
        };
    }
}
