// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.peer.lucene;

import io.dormouse.benchmarks.kernels.PageScorer;
import io.dormouse.benchmarks.kernels.RowFunction;
import io.dormouse.benchmarks.kernels.Signs;
import io.dormouse.state.kernel.Int8Code;
import java.util.Arrays;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.util.VectorUtil;

/** Lucene's {@link VectorUtil} on arrays of its own kind: one array a row. */
public final class LuceneScorers implements PageScorer.Engine {
    @Override
    public String implementation() {
        return "Lucene with " + FlatVectorScorerUtil.getLucene99FlatVectorsScorer();
    }

    @Override
    public PageScorer scorer(RowFunction function, float[][] rows, float[] query, boolean oneByOne) {
        return switch (function) {
            case FLOAT32 ->
                out -> {
                    for (int r = 0; r < out.length; r++) {
                        out[r] = VectorUtil.dotProduct(rows[r], query);
                    }
                };
            case INT8 -> int8(rows, query);
            case ONE_BIT -> oneBit(rows, query);
            case HAMMING -> hamming(rows, query);
            case PQ -> null;
        };
    }

    private static PageScorer float32(float[][] rows, float[] query) {
        float[][] own = Arrays.stream(rows).map(float[]::clone).toArray(float[][]::new);
        return out -> {
            for (int r = 0; r < out.length; r++) {
                out[r] = VectorUtil.dotProduct(own[r], query);
            }
        };
    }

    private static PageScorer int8(float[][] rows, float[] query) {
        byte[][] codes = new byte[rows.length][];
        for (int r = 0; r < rows.length; r++) {
            codes[r] = int8(rows[r]);
        }
        byte[] queryCode = int8(query);
        return out -> {
            for (int r = 0; r < out.length; r++) {
                out[r] = VectorUtil.dotProduct(codes[r], queryCode);
            }
        };
    }

    private static byte[] int8(float[] vector) {
        byte[] codes = new byte[vector.length];
        Int8Code.encode(vector, vector.length, codes, 0);
        return codes;
    }

    /** The query's four bits lie in planes: first the lowest bit of every dimension, then the next. */
    private static PageScorer oneBit(float[][] rows, float[] query) {
        byte[][] bits = signs(rows);
        byte[] planes = new byte[4 * bits[0].length];
        for (int i = 0; i < query.length; i++) {
            int level = Math.round(Math.max(0, Math.min(15, 7.5f + 2.5f * query[i])));
            for (int plane = 0; plane < 4; plane++) {
                planes[plane * bits[0].length + i / 8] |= (byte) ((level >> plane & 1) << i % 8);
            }
        }
        return out -> {
            for (int r = 0; r < out.length; r++) {
                out[r] = VectorUtil.int4BitDotProduct(planes, bits[r]);
            }
        };
    }

    private static PageScorer hamming(float[][] rows, float[] query) {
        byte[][] bits = signs(rows);
        byte[] queryBits = Signs.of(query);
        return out -> {
            for (int r = 0; r < out.length; r++) {
                out[r] = VectorUtil.xorBitCount(bits[r], queryBits);
            }
        };
    }

    private static byte[][] signs(float[][] rows) {
        byte[][] bits = new byte[rows.length][];
        for (int r = 0; r < rows.length; r++) {
            bits[r] = Signs.of(rows[r]);
        }
        return bits;
    }
}
