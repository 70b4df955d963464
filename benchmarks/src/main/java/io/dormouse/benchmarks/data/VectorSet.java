// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.data;

import io.dormouse.local.data.VectorFiles;
import io.dormouse.schema.IngestOp;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.Vectors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * A set of vectors with queries and their true nearest rows.
 *
 * @param name also the namespace it is loaded into
 * @param base row-major vectors; a row's number is its item's id
 * @param queries query vectors
 * @param truth per query the nearest rows, nearest first
 * @param payloads one per row, or empty
 * @param ownRows per query the row it was made from, or empty
 */
public record VectorSet(
        String name, float[][] base, float[][] queries, int[][] truth, List<String> payloads, int[] ownRows) {
    private static final int MNIST_DIMENSION = 784;

    /** SIFT descriptors, 10,000 x 128, compared by L2. */
    public static VectorSet siftsmall(Path folder) throws IOException {
        return new VectorSet(
                "siftsmall",
                VectorFiles.readFvecs(folder.resolve("siftsmall_base.fvecs.gz")),
                VectorFiles.readFvecs(folder.resolve("siftsmall_query.fvecs.gz")),
                VectorFiles.readIvecs(folder.resolve("siftsmall_groundtruth.ivecs")),
                List.of(),
                new int[0]);
    }

    /** Handwritten digits as vectors of grey levels, 60,000 x 784, compared by L2; 1,000 queries. */
    public static VectorSet mnist(Path folder) throws IOException {
        return new VectorSet(
                "mnist",
                VectorFiles.readU8(folder.resolve("base.u8.gz"), MNIST_DIMENSION),
                VectorFiles.readU8(folder.resolve("query_0-999.u8.gz"), MNIST_DIMENSION),
                VectorFiles.readIvecs(folder.resolve("groundtruth_1000x100.ivecs")),
                List.of(),
                new int[0]);
    }

    /** Papers in date order, 87,543 x 200, unit norm; queries are titles. */
    public static VectorSet arxiv(Path folder) throws IOException {
        List<String> docs;
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(folder.resolve("docs_1989-2016.tsv.gz"))),
                StandardCharsets.UTF_8))) {
            docs = reader.lines().toList();
        }
        int[] own = Files.readAllLines(folder.resolve("query_title.tsv")).stream()
                .mapToInt(line -> Integer.parseInt(line.split("\t")[1]))
                .toArray();
        return new VectorSet(
                "arxiv",
                VectorFiles.readFvecs(folder.resolve("base_1989-2016.fvecs.gz")),
                VectorFiles.readFvecs(folder.resolve("query_title.fvecs")),
                VectorFiles.readIvecs(folder.resolve("query_groundtruth_vs_1989-2016.ivecs")),
                docs,
                own);
    }

    /** The same set under another name. */
    public VectorSet named(String other) {
        return new VectorSet(other, base, queries, truth, payloads, ownRows);
    }

    /** The row as a record for the ingest topic. */
    public IngestRecord item(int row) {
        IngestRecord.Builder item = IngestRecord.newBuilder()
                .setOp(IngestOp.UPSERT)
                .setNamespace(name)
                .setId(Integer.toString(row))
                .setVector(Vectors.toBytes(base[row]));
        if (!payloads.isEmpty()) {
            item.setPayload(ByteBuffer.wrap(payloads.get(row).getBytes(StandardCharsets.UTF_8)));
        }
        return item.build();
    }

    /** Components of a vector. */
    public int dimension() {
        return base[0].length;
    }

    /** How many of the first k true rows of a query are among the ids. */
    public int found(int query, int k, List<String> ids) {
        int found = 0;
        for (int i = 0; i < k; i++) {
            found += ids.contains(Integer.toString(truth[query][i])) ? 1 : 0;
        }
        return found;
    }
}
