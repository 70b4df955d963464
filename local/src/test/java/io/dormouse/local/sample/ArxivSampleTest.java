// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dormouse.local.SharedData;
import io.dormouse.local.data.VectorFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ArxivSampleTest {
    private static final long SHIPPED_BYTES_MAX = 20_000_000;

    @Test
    void theShippedSampleIsWholeAndInDateOrder() throws IOException {
        ArxivSample sample = ArxivSample.load();

        assertThat(sample.papers()).hasSize(20_000);
        assertThat(sample.questions()).hasSize(400);
        assertThat(sample.dimension()).isEqualTo(200);
        assertThat(sample.papers()).extracting(Paper::date).isSorted();
        assertThat(sample.papers()).extracting(Paper::id).doesNotHaveDuplicates();
        for (float[] vector : sample.vectors()) {
            assertThat(norm(vector)).isBetween(0.99, 1.01);
        }
    }

    @Test
    void aQuestionIsItsPapersTitle() throws IOException {
        ArxivSample sample = ArxivSample.load();

        for (TitleQuestion question : sample.questions()) {
            assertThat(question.title())
                    .isEqualTo(sample.papers().get(question.paper()).title());
        }
    }

    @Test
    void aPartOfTheSampleAsksOnlyForPapersItHolds() throws IOException {
        ArxivSample part = ArxivSample.load(2_000);

        assertThat(part.papers()).hasSize(2_000);
        assertThat(part.vectors()).hasNumberOfRows(2_000);
        assertThat(part.questions()).isNotEmpty().allMatch(question -> question.paper() < 2_000);
    }

    @Test
    void theFilesStayBelowTheirLimit() throws IOException {
        long bytes = 0;
        for (String name : List.of(
                ArxivSample.PAPERS,
                ArxivSample.PAPER_VECTORS,
                ArxivSample.QUESTIONS,
                ArxivSample.QUESTION_VECTORS,
                WordEmbedder.WORDS,
                WordEmbedder.WORD_VECTORS,
                WordEmbedder.TITLE_DIRECTION)) {
            try (InputStream in = ArxivSample.class.getResourceAsStream(ArxivSample.FOLDER + name)) {
                bytes += in.readAllBytes().length;
            }
        }
        assertThat(bytes).isLessThan(SHIPPED_BYTES_MAX);
    }

    @Test
    void everyVectorIsOneOfTheOriginals() throws IOException {
        Path folder = SharedData.folder("arxiv");
        assumeTrue(folder != null, SharedData.ABSENT);
        Set<Integer> originals = new HashSet<>();
        for (float[] vector : VectorFiles.readFvecs(folder.resolve("base_1989-2016.fvecs.gz"))) {
            originals.add(hash(vector));
        }

        for (float[] vector : ArxivSample.load().vectors()) {
            assertThat(originals.contains(hash(vector))).isTrue();
        }
    }

    /** Of the values, so that the fixed-point zero is the original's negative one. */
    private static int hash(float[] vector) {
        float[] values = vector.clone();
        for (int d = 0; d < values.length; d++) {
            values[d] += 0f;
        }
        return Arrays.hashCode(values);
    }

    private static double norm(float[] vector) {
        double square = 0;
        for (float value : vector) {
            square += value * value;
        }
        return Math.sqrt(square);
    }
}
