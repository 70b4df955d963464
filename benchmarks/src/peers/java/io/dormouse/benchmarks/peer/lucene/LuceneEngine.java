// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.peer.lucene;

import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.index.IndexEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.RescoreTopNQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/**
 * A Lucene index of one vector field. The writer's buffer holds the whole set, so that the graph is built once, by the
 * one thread that adds documents, and the index is one segment from the start. It is read through memory maps, where
 * Lucene scores vectors without copying them. The effort is the number of neighbours that a query asks for.
 */
final class LuceneEngine implements IndexEngine {
    private static final String FIELD = "vector";
    private static final double BUFFER_MEGABYTES = 1_900;

    private final KnnVectorsFormat format;
    private final boolean quantised;
    private final Path folder;
    private final Directory directory;
    private VectorSimilarityFunction similarity;
    private float[][] queries;
    private DirectoryReader reader;
    private IndexSearcher searcher;

    /**
     * An empty index.
     *
     * @param quantised whether the format quantises vectors, so that neighbours should be scored again with exact ones
     */
    LuceneEngine(KnnVectorsFormat format, boolean quantised) throws IOException {
        this.format = format;
        this.quantised = quantised;
        folder = Files.createTempDirectory("lucene-index");
        directory = new MMapDirectory(folder);
    }

    @Override
    public String implementation() {
        return format + "; " + FlatVectorScorerUtil.getLucene99FlatVectorsScorer() + "; "
                + reader.leaves().size() + " segment(s)";
    }

    @Override
    public void open(VectorSet set, Distance distance) {
        queries = set.queries();
        // "The preferred way to perform cosine similarity is to normalize all vectors": they are.
        similarity =
                distance == Distance.L2 ? VectorSimilarityFunction.EUCLIDEAN : VectorSimilarityFunction.DOT_PRODUCT;
    }

    @Override
    public void insert(float[][] base) throws IOException {
        Codec codec = new Lucene104Codec() {
            @Override
            public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return format;
            }
        };
        IndexWriterConfig config = new IndexWriterConfig()
                .setCodec(codec)
                .setUseCompoundFile(false)
                .setMergeScheduler(new SerialMergeScheduler())
                .setRAMBufferSizeMB(BUFFER_MEGABYTES);
        try (IndexWriter writer = new IndexWriter(directory, config)) {
            for (float[] vector : base) {
                Document document = new Document();
                document.add(new KnnFloatVectorField(FIELD, vector, similarity));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
        reader = DirectoryReader.open(directory);
        searcher = new IndexSearcher(reader);
        searcher.setQueryCache(null);
    }

    @Override
    public int[] efforts() {
        return new int[] {10, 12, 15, 20, 27, 36, 50, 70, 100, 140, 200, 300, 450};
    }

    @Override
    public int search(int query, int effort, int[] found) throws IOException {
        Query nearest = new KnnFloatVectorQuery(FIELD, queries[query], effort);
        if (quantised) {
            nearest = RescoreTopNQuery.createFullPrecisionRescorerQuery(nearest, queries[query], FIELD, effort);
        }
        ScoreDoc[] hits = searcher.search(nearest, found.length).scoreDocs;
        for (int i = 0; i < hits.length; i++) {
            found[i] = hits[i].doc;
        }
        return hits.length;
    }

    @Override
    public void close() throws IOException {
        if (reader != null) {
            reader.close();
        }
        directory.close();
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
        Files.delete(folder);
    }
}
