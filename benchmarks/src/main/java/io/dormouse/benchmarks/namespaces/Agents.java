// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.namespaces;

import io.dormouse.schema.IngestOp;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.Vectors;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The records of many small namespaces, made from numbers alone, so that sending them takes no heap. Activity follows
 * Zipf's law with exponent 1: the namespace of rank r is used in proportion to 1 / r; ranks are scattered over the names.
 */
final class Agents {
    static final int DIMENSION = 64;

    /** Hits of a query: what a namespace of mean size has. */
    static final int K = 3;

    private static final int SCATTER = 611_953;
    private static final float NOISE = 0.05f;

    private final int count;

    /** @param count namespaces; no multiple of {@value #SCATTER} */
    Agents(int count) {
        this.count = count;
    }

    /** A namespace by its activity. */
    int active(SplittableRandom random) {
        int rank = (int) Math.pow(count + 1.0, random.nextDouble()) - 1;
        return scattered(Math.min(rank, count - 1));
    }

    /** The namespace in the n-th place of an order that is no one's. */
    int scattered(int n) {
        return (int) ((long) n * SCATTER % count);
    }

    static String name(int namespace) {
        return "agent-" + namespace;
    }

    /** An item of a namespace; that of number 0 is what {@link #query} looks for. */
    IngestRecord item(int namespace, int number) {
        return IngestRecord.newBuilder()
                .setOp(IngestOp.UPSERT)
                .setNamespace(name(namespace))
                .setId(Integer.toString(number))
                .setVector(Vectors.toBytes(vector(namespace, number, 0)))
                .build();
    }

    /** A query near item 0 of a namespace. */
    QueryRecord query(int namespace, long id) {
        return QueryRecord.newBuilder()
                .setId(Long.toString(id))
                .setNamespace(name(namespace))
                .setVector(Vectors.toBytes(vector(namespace, 0, NOISE)))
                .setK(K)
                .setAfter(List.of())
                .build();
    }

    private static float[] vector(int namespace, int number, float noise) {
        SplittableRandom random = new SplittableRandom((long) namespace << 32 | number);
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) (random.nextDouble() - 0.5);
        }
        for (int i = 0; noise > 0 && i < DIMENSION; i++) {
            vector[i] += noise * (float) (random.nextDouble() - 0.5);
        }
        return vector;
    }
}
