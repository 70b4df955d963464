// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dormouse.local.SharedData;
import io.dormouse.local.data.ExactSearch.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ExactSearchTest {
    private static final float[][] BASE = {{2, 0}, {0, 1}, {10, 1}, {1, 0}, {1, 0}};

    @Test
    void metricsRankDifferentlyAndTiesGoToTheLowerRow() {
        float[] query = {1, 0};

        assertThat(new ExactSearch(BASE, Metric.L2).topK(query, 4)).containsExactly(3, 4, 0, 1);
        assertThat(new ExactSearch(BASE, Metric.INNER_PRODUCT).topK(query, 3)).containsExactly(2, 0, 3);
        assertThat(new ExactSearch(BASE, Metric.COSINE).topK(query, 4)).containsExactly(0, 3, 4, 2);
    }

    @Test
    void aKBeyondTheRowsYieldsAllRows() {
        assertThat(new ExactSearch(BASE, Metric.L2).topK(new float[] {0, 1}, 99))
                .hasSize(5)
                .startsWith(1);
    }

    @Test
    void siftsmallGivesItsPublishedGroundTruth() throws IOException {
        Path folder = SharedData.folder("siftsmall");
        assumeTrue(folder != null, SharedData.ABSENT);
        float[][] base = VectorFiles.readFvecs(folder.resolve("siftsmall_base.fvecs.gz"));
        float[][] queries = VectorFiles.readFvecs(folder.resolve("siftsmall_query.fvecs.gz"));
        int[][] truth = VectorFiles.readIvecs(folder.resolve("siftsmall_groundtruth.ivecs"));

        int[][] found = new ExactSearch(base, Metric.L2).topK(queries, 10, 2);

        for (int q = 0; q < queries.length; q++) {
            assertThat(found[q]).as("query %d", q).isEqualTo(Arrays.copyOf(truth[q], 10));
        }
    }
}
