// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

import io.dormouse.schema.Hit;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * Writes results keyed by query id. A result larger than {@link OutputRecord#BYTES_MAX} keeps as many of its best hits as
 * fit, and says so: a thousand hits with their payloads may be more than a broker takes.
 */
public final class ResultWriter implements Serializable {
    private static final long serialVersionUID = 1L;

    private final WireFormat format;

    public ResultWriter(WireFormat format) {
        this.format = Objects.requireNonNull(format, "format");
    }

    /** The result ready for its topic; an oversized one loses hits. */
    public OutputRecord write(QueryResult result) {
        byte[] key = result.getQueryId().getBytes(StandardCharsets.UTF_8);
        byte[] value = WireCodec.RESULT.encode(result, format);
        int found = result.getHits().size();
        while (key.length + value.length > OutputRecord.BYTES_MAX
                && result.getHits().size() > 1) {
            value = WireCodec.RESULT.encode(shortened(result, value.length + key.length, found), format);
        }
        return new OutputRecord(key, value);
    }

    /** Keeps the share of the hits that should fit, always fewer than there are. */
    private static QueryResult shortened(QueryResult result, int bytes, int found) {
        List<Hit> hits = result.getHits();
        int keep = (int) Math.max(1, Math.min(hits.size() - 1L, (long) hits.size() * OutputRecord.BYTES_MAX / bytes));
        result.setHits(List.copyOf(hits.subList(0, keep)));
        result.setPartial(true);
        result.setPartialReason("the best " + keep + " of " + found + " hits fit into a result of "
                + OutputRecord.BYTES_MAX + " bytes: ask for fewer, or without payload or vectors");
        return result;
    }
}
