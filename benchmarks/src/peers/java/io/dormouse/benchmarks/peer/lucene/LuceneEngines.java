// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.peer.lucene;

import io.dormouse.benchmarks.index.IndexEngine;
import java.io.IOException;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;

/** Lucene's graph: with its defaults, with more links and a wider beam, and with quantised vectors. */
public final class LuceneEngines implements IndexEngine.Opener {
    private static final int TUNED_M = 32;
    private static final int TUNED_BEAM = 250;

    @Override
    public IndexEngine open(String name) throws IOException {
        return switch (name) {
            case "lucene" -> new LuceneEngine(new Lucene99HnswVectorsFormat(), false);
            case "lucene-tuned" -> new LuceneEngine(new Lucene99HnswVectorsFormat(TUNED_M, TUNED_BEAM), false);
            case "lucene-int8" -> new LuceneEngine(new Lucene104HnswScalarQuantizedVectorsFormat(), true);
            default -> throw new IllegalArgumentException("engine '" + name + "' is unknown to Lucene's adapter");
        };
    }
}
