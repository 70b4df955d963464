// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.local.data.ExactSearch;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class WordEmbedderTest {
    private static WordEmbedder embedder;
    private static ArxivSample sample;

    @BeforeAll
    static void load() throws IOException {
        embedder = WordEmbedder.load();
        sample = ArxivSample.load();
    }

    @Test
    void aTitleGetsTheVectorThatTheDataSetHasForIt() {
        double[] cosines = sample.questions().stream()
                .mapToDouble(question -> dot(embedder.embed(question.title()).orElseThrow(), question.vector()))
                .sorted()
                .toArray();

        assertThat(embedder.words()).isEqualTo(40_000);
        // Some titles hold accents or formulas that the data set's own tokens spelled otherwise.
        assertThat(cosines[cosines.length / 2]).isGreaterThan(0.999);
        assertThat(cosines[cosines.length / 10]).isGreaterThan(0.98);
    }

    @Test
    void aTypedQuestionFindsPapersOfItsField() {
        ExactSearch search = new ExactSearch(sample.vectors(), ExactSearch.Metric.COSINE);

        assertThat(categories(search, "decoding low density parity check codes"))
                .contains("cs.IT");
        assertThat(categories(search, "statistical machine translation of natural language"))
                .contains("cs.CL");
        assertThat(categories(search, "convolutional neural networks for image recognition"))
                .contains("cs.CV");
    }

    @Test
    void vectorsHaveUnitNormAndIgnoreCaseAndPunctuation() {
        float[] vector = embedder.embed("Error-correcting CODES!").orElseThrow();

        assertThat(dot(vector, vector)).isBetween(0.9999, 1.0001);
        assertThat(embedder.embed("error correcting codes"))
                .hasValueSatisfying(same -> assertThat(same).isEqualTo(vector));
    }

    @Test
    void aTextWithoutKnownWordsHasNoVector() {
        assertThat(embedder.embed("")).isEmpty();
        assertThat(embedder.embed("12345 ???")).isEmpty();
        assertThat(embedder.embed("xqzzyw")).isEmpty();
    }

    private static List<String> categories(ExactSearch search, String text) {
        int[] rows = search.topK(embedder.embed(text).orElseThrow(), 3);
        return Arrays.stream(rows)
                .mapToObj(row -> sample.papers().get(row).category())
                .toList();
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
