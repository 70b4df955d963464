// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * What was decided about a namespace, kept in the head of each of its shards. Dimension, metric, code and partitions
 * are fixed at creation.
 *
 * @param dimension components of every vector
 * @param metric how nearness is measured
 * @param code how scan pages hold vectors
 * @param partitions shards of the namespace
 * @param recallTarget share of the true nearest k that a query should find unless it says otherwise, in (0, 1]
 * @param itemsMax live items the namespace may hold; 0 = no limit. Each shard has an equal share of this and the next two
 * @param bytesMax bytes of vectors, payloads and metadata that they may have together; 0 = no limit
 * @param recordsPerSecondMax upserts that it takes a second; 0 = no limit
 */
public record NamespaceSettings(
        int dimension,
        Metric metric,
        Code code,
        int partitions,
        float recallTarget,
        long itemsMax,
        long bytesMax,
        int recordsPerSecondMax) {

    /** Bytes of the stored form. */
    public static final int STORED_BYTES = 4 + 1 + 1 + 4 + 4 + 8 + 8 + 4;

    public NamespaceSettings {
        Objects.requireNonNull(metric, "metric");
        Objects.requireNonNull(code, "code");
        if (code == Code.BINARY && metric != Metric.HAMMING) {
            throw new IllegalArgumentException("code BINARY was asked for with metric " + metric
                    + "; expected HAMMING: choose that metric or another code");
        }
    }

    /** Settings without limits. */
    public static NamespaceSettings of(int dimension, Metric metric, Code code, int partitions, float recallTarget) {
        return new NamespaceSettings(dimension, metric, code, partitions, recallTarget, 0, 0, 0);
    }

    /** Whether two settings agree on everything that is fixed at creation. */
    public boolean sameShape(NamespaceSettings other) {
        return dimension == other.dimension
                && metric == other.metric
                && code == other.code
                && partitions == other.partitions;
    }

    /** These settings with another metric and code. */
    public NamespaceSettings ofShape(Metric metric, Code code) {
        return new NamespaceSettings(
                dimension, metric, code, partitions, recallTarget, itemsMax, bytesMax, recordsPerSecondMax);
    }

    /** Writes {@link #STORED_BYTES} bytes at the buffer's position. */
    public void write(ByteBuffer to) {
        to.putInt(dimension).put(metric.id()).put(code.id()).putInt(partitions);
        to.putFloat(recallTarget).putLong(itemsMax).putLong(bytesMax).putInt(recordsPerSecondMax);
    }

    /** Reads what {@link #write} wrote. */
    public static NamespaceSettings read(ByteBuffer from) {
        return new NamespaceSettings(
                from.getInt(),
                Metric.ofId(from.get()),
                Code.ofId(from.get()),
                from.getInt(),
                from.getFloat(),
                from.getLong(),
                from.getLong(),
                from.getInt());
    }

    @Override
    public String toString() {
        return dimension + " dimensions, " + metric + ", " + code + ", " + partitions + " partition(s)";
    }
}
