// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.namespace.NamespaceDefaults;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.schema.IngestOp;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.MalformedRecordException;
import io.dormouse.schema.Vectors;
import io.dormouse.schema.Violation;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.PagedMemory;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.shard.Item;
import io.dormouse.state.shard.NamespaceSettings;
import io.dormouse.state.shard.ShardMemory;
import io.dormouse.state.shard.WriteOutcome;
import java.nio.ByteBuffer;

/** Applies upserts and deletes to their shard; the first record of a namespace creates it. */
final class IngestHandler {
    private final PagedMemory memory;
    private final NamespaceDefaults defaults;
    private final MemorySink sink;
    private final MemoryMetrics metrics;
    private final MetadataForm metadata = new MetadataForm();

    IngestHandler(PagedMemory memory, NamespaceDefaults defaults, MemorySink sink, MemoryMetrics metrics) {
        this.memory = memory;
        this.defaults = defaults;
        this.sink = sink;
        this.metrics = metrics;
    }

    /**
     * Applies a record.
     *
     * @param spread settings of the namespace when it has several partitions, or null
     * @return the shard, or null when there is none: the record was refused, or, when {@code spread} is null and it is not
     *     for the first partition, it came before the command that makes its partition and must wait
     */
    ShardMemory apply(ShardRecord record, NamespaceSettings spread) {
        IngestRecord ingest = decode(record);
        ShardMemory shard = memory.wake(record.shard());
        if (shard == null && record.shard().partition() > 0 && spread == null) {
            return null;
        }
        NamespaceSettings settings = settings(shard, spread, ingest);
        String refusal = settings == null ? null : memory.refusal(settings);
        WriteOutcome outcome;
        if (ingest.getOp() == IngestOp.DELETE) {
            outcome = shard == null
                    ? WriteOutcome.NOT_FOUND
                    : shard.delete(ingest.getId(), record.version(ingest.getVersion()));
        } else if (refusal != null) {
            outcome = WriteOutcome.UNSUPPORTED;
        } else {
            if (shard == null && !isZeroUnder(settings, ingest)) {
                shard = memory.create(record.shard(), settings);
            }
            outcome = shard == null
                    ? WriteOutcome.ZERO_VECTOR
                    : shard.upsert(item(record, ingest), ingest.getVector(), record.timestampMillis());
        }
        metrics.written(ingest.getOp(), outcome);
        refuse(record, ingest, shard, outcome, refusal);
        return shard;
    }

    /** Settings of the shard that a record goes to, or that it would make; null when it makes none. */
    private NamespaceSettings settings(ShardMemory shard, NamespaceSettings spread, IngestRecord ingest) {
        if (shard != null) {
            return shard.settings();
        }
        if (spread != null || ingest.getOp() == IngestOp.DELETE) {
            return spread;
        }
        return defaults.ofFirstRecord(Vectors.dimension(ingest.getVector()));
    }

    /** Drops what the first partition kept under an id that belongs to another. */
    ShardMemory supersede(ShardRecord record) {
        ShardMemory shard = memory.wake(record.shard());
        if (shard != null) {
            IngestRecord ingest = decode(record);
            shard.supersede(ingest.getId(), record.version(ingest.getVersion()));
        }
        return shard;
    }

    private Item item(ShardRecord record, IngestRecord ingest) {
        return new Item(
                ingest.getId(),
                record.version(ingest.getVersion()),
                ingest.getEventTime() == null ? record.timestampMillis() : ingest.getEventTime(),
                ingest.getTtlMillis() == null ? 0 : ingest.getTtlMillis(),
                ingest.getImportance() == null ? Float.NaN : ingest.getImportance(),
                ingest.getPinned(),
                bytes(ingest.getPayload()),
                metadata.write(ingest.getMetadata()));
    }

    private void refuse(
            ShardRecord record, IngestRecord ingest, ShardMemory shard, WriteOutcome outcome, String refusal) {
        String namespace = ingest.getNamespace();
        Violation why = switch (outcome) {
            case WRONG_DIMENSION ->
                Violation.wrongDimension(
                        namespace, shard.settings().dimension(), ingest.getId(), Vectors.dimension(ingest.getVector()));
            case ZERO_VECTOR -> Violation.zeroVectorUnderCosine(namespace, ingest.getId());
            case ITEMS_LIMIT -> Violation.itemsLimit(namespace, shard.settings().itemsMax(), ingest.getId());
            case BYTES_LIMIT ->
                Violation.bytesLimit(
                        namespace,
                        shard.settings().bytesMax(),
                        ingest.getId(),
                        item(record, ingest).valueBytes(shard.settings().dimension()));
            case RATE_LIMIT -> Violation.rateLimit(namespace, shard.settings().recordsPerSecondMax(), ingest.getId());
            case UNSUPPORTED -> Violation.unsupported(namespace, refusal);
            case APPLIED, SUPERSEDED, NOT_FOUND -> null;
        };
        if (why != null) {
            sink.refuse(record, why, ingest.getId());
        }
    }

    /** Whether the record that would create a shard could not be its first item. */
    private static boolean isZeroUnder(NamespaceSettings settings, IngestRecord ingest) {
        return settings.metric() == Metric.COSINE && QueryHandler.isZero(ingest.getVector());
    }

    private static byte[] bytes(ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static IngestRecord decode(ShardRecord record) {
        try {
            return WireCodec.INGEST.decode(record.body(), WireFormat.AVRO);
        } catch (MalformedRecordException e) {
            throw new IllegalStateException("an ingest record that passed validation cannot be read again", e);
        }
    }
}
