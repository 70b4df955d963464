// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.LittleEndian;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.store.MapWarmStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Recall on SIFT descriptors (siftsmall, 10,000 vectors of 128 dimensions). The data lies in {@code shared/data/siftsmall}
 * beside the project, or where the system property {@code dormouse.siftsmall} says.
 */
class SiftRecallTest {
    private static final int DIMENSION = 128;
    private static final int K = 10;

    private static Path data() {
        String property = System.getProperty("dormouse.siftsmall");
        if (property != null) {
            return Path.of(property);
        }
        for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
            Path data = up.resolve("shared/data/siftsmall");
            if (Files.isDirectory(data)) {
                return data;
            }
        }
        return null;
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return file.toString().endsWith(".gz") ? new GZIPInputStream(in).readAllBytes() : in.readAllBytes();
        }
    }

    /** Rows of an fvecs file: dimension, then values. */
    private static float[][] vectors(Path file) throws IOException {
        byte[] bytes = bytes(file);
        int rowBytes = 4 + 4 * DIMENSION;
        float[][] vectors = new float[bytes.length / rowBytes][DIMENSION];
        for (int r = 0; r < vectors.length; r++) {
            for (int i = 0; i < DIMENSION; i++) {
                vectors[r][i] = LittleEndian.getFloat(bytes, r * rowBytes + 4 + 4 * i);
            }
        }
        return vectors;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BINARY")
    void theDefaultPlannerFindsNineteenOfTwenty(Code code) throws IOException {
        Path data = data();
        assumeThat(data)
                .as("siftsmall is not here: put it into shared/data/siftsmall beside the project or name its"
                        + " directory by -Ddormouse.siftsmall")
                .isNotNull();
        TestShard shard = new TestShard(
                NamespaceSettings.of(DIMENSION, Metric.L2, code, 1, 0.95f),
                new MapWarmStore(),
                new MemoryLimits(64 << 20, 4 << 20, 8_192, 16_384));
        float[][] base = vectors(data.resolve("siftsmall_base.fvecs.gz"));
        for (int i = 0; i < base.length; i++) {
            shard.upsert(Integer.toString(i), base[i]);
            shard.memory.runStep();
        }
        shard.runAllSteps();
        // 1,000 neighbours: the standard error of the share found is 0.007
        assertThat(recall(shard, data)).isGreaterThanOrEqualTo(0.95 - 0.007);
    }

    private static double recall(TestShard shard, Path data) throws IOException {
        float[][] queries = vectors(data.resolve("siftsmall_query.fvecs.gz"));
        byte[] truth = bytes(data.resolve("siftsmall_groundtruth.ivecs"));
        int truthBytes = truth.length / queries.length;
        int found = 0;
        long scored = 0;
        for (int q = 0; q < queries.length; q++) {
            Set<String> nearest = new HashSet<>();
            for (int i = 0; i < K; i++) {
                nearest.add(Integer.toString(LittleEndian.getInt(truth, q * truthBytes + 4 + 4 * i)));
            }
            SearchRequest request = new SearchRequest(TestShard.bytes(queries[q]), K, Float.NaN, false, true);
            SearchAnswer answer = shard.awake().search(request);
            scored += answer.rowsScored();
            for (SearchAnswer.Hit hit : answer.hits()) {
                found += nearest.contains(hit.item().id()) ? 1 : 0;
            }
        }
        assertThat(scored).isLessThan(queries.length * shard.awake().items());
        return (double) found / (queries.length * K);
    }
}
