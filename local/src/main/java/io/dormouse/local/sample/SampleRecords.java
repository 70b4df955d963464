// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.sample;

import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.Vectors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;

/** The sample's papers and questions as wire records of one namespace. */
public final class SampleRecords {
    private final ArxivSample sample;
    private final String namespace;

    /** Records of {@code namespace}. */
    public SampleRecords(ArxivSample sample, String namespace) {
        this.sample = Objects.requireNonNull(sample);
        this.namespace = Objects.requireNonNull(namespace);
    }

    /** The paper of a row: its arXiv id, its title as the payload, date and category as metadata. */
    public IngestRecord item(int row) {
        Paper paper = sample.papers().get(row);
        return IngestRecord.newBuilder()
                .setNamespace(namespace)
                .setId(paper.id())
                .setVector(Vectors.toBytes(sample.vectors()[row]))
                .setPayload(ByteBuffer.wrap(paper.title().getBytes(StandardCharsets.UTF_8)))
                .setMetadata(Map.of("date", paper.date(), "category", paper.category()))
                .setEventTime(LocalDate.parse(paper.date())
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant()
                        .toEpochMilli())
                .build();
    }

    /** A title question under the given id. */
    public QueryRecord question(TitleQuestion question, String id, int k) {
        return QueryRecord.newBuilder()
                .setId(id)
                .setNamespace(namespace)
                .setVector(Vectors.toBytes(question.vector()))
                .setK(k)
                .build();
    }
}
