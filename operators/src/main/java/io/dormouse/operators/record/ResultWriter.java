// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

import io.dormouse.schema.Hit;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Writes results, none larger than Kafka takes: one that is too large for its topic would fail the job again and again.
 *
 * @param format how results are written
 * @param bytesMax bytes of a result; a larger one goes without payloads, metadata and vectors, flagged partial
 */
public record ResultWriter(WireFormat format, int bytesMax) implements Serializable {
    public ResultWriter {
        Objects.requireNonNull(format, "format");
    }

    /** The result ready for its topic, keyed by query id. */
    public OutputRecord write(QueryResult result) {
        byte[] key = result.getQueryId().getBytes(StandardCharsets.UTF_8);
        byte[] value = WireCodec.RESULT.encode(result, format);
        if (value.length > bytesMax) {
            int whole = value.length;
            value = WireCodec.RESULT.encode(withoutContents(result, whole), format);
            if (value.length > bytesMax) {
                value = WireCodec.RESULT.encode(withoutHits(result, value.length), format);
            }
        }
        return new OutputRecord(key, value);
    }

    private QueryResult withoutContents(QueryResult result, int bytes) {
        List<Hit> bare = result.getHits().stream()
                .map(hit -> Hit.newBuilder(hit)
                        .setPayload(null)
                        .setMetadata(Map.of())
                        .setVector(null)
                        .build())
                .toList();
        return QueryResult.newBuilder(result)
                .setHits(bare)
                .setPartial(true)
                .setPartialReason(tooLarge(bytes) + "payloads, metadata and vectors are left out; ask for fewer hits")
                .build();
    }

    private QueryResult withoutHits(QueryResult result, int bytes) {
        return QueryResult.newBuilder(result)
                .setHits(List.of())
                .setPartial(false)
                .setPartialReason(null)
                .setError(tooLarge(bytes) + "ask for fewer hits")
                .build();
    }

    private String tooLarge(int bytes) {
        return "the answer would have " + bytes + " bytes, more than the " + bytesMax
                + " that one record may have (kafka.record-bytes-max): ";
    }
}
