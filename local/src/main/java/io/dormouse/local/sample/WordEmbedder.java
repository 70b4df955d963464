// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.sample;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns English text into a vector that can be compared with the sample's papers: smooth inverse frequency (Arora, Liang
 * and Ma, "A simple but tough-to-beat baseline for sentence embeddings", ICLR 2017). A word w of probability p(w) weighs
 * a / (a + p(w)); the weighted average loses its component along the direction that all texts of its kind share, and is
 * normalised.
 *
 * <p>Abstracts and titles each lose a direction of their own kind (a title has other filler words than an abstract); a
 * typed question is treated as a title, which finds its paper more often.
 */
public final class WordEmbedder {
    static final String WORDS = "words.tsv.gz";
    static final String WORD_VECTORS = "words.dmfx";
    static final String TITLE_DIRECTION = "title-direction.dmfx";
    private static final double A = 1e-3;
    private static final Pattern WORD = Pattern.compile("[a-z]+");

    private final Map<String, Integer> rows;
    private final float[][] vectors;
    private final double[] weights;
    private final float[] commonDirection;

    private WordEmbedder(Map<String, Integer> rows, float[][] vectors, double[] weights, float[] commonDirection) {
        this.rows = rows;
        this.vectors = vectors;
        this.weights = weights;
        this.commonDirection = commonDirection;
    }

    /** Loads the words that ship with the project. */
    public static WordEmbedder load() throws IOException {
        List<String[]> words = ArxivSample.rows(WORDS, 2);
        float[][] vectors = ArxivSample.vectors(WORD_VECTORS);
        if (words.size() != vectors.length) {
            throw new IOException(WORDS + " has " + words.size() + " words but " + WORD_VECTORS + " has "
                    + vectors.length + " vectors: the sample is damaged, check it out again");
        }
        double total = 0;
        for (String[] word : words) {
            total += Long.parseLong(word[1]);
        }
        Map<String, Integer> rows = new HashMap<>(2 * words.size());
        double[] weights = new double[words.size()];
        for (int i = 0; i < weights.length; i++) {
            rows.put(words.get(i)[0], i);
            weights[i] = A / (A + Long.parseLong(words.get(i)[1]) / total);
        }
        return new WordEmbedder(rows, vectors, weights, ArxivSample.vectors(TITLE_DIRECTION)[0]);
    }

    /** Dimension of the vectors. */
    public int dimension() {
        return commonDirection.length;
    }

    /** Number of known words. */
    public int words() {
        return weights.length;
    }

    /** The text's vector of unit norm, or nothing when it holds no known word. */
    public Optional<float[]> embed(String text) {
        double[] sum = new double[dimension()];
        Matcher words = WORD.matcher(text.toLowerCase(Locale.ROOT));
        while (words.find()) {
            Integer row = rows.get(words.group());
            if (row != null) {
                for (int d = 0; d < sum.length; d++) {
                    sum[d] += weights[row] * vectors[row][d];
                }
            }
        }
        double along = 0;
        for (int d = 0; d < sum.length; d++) {
            along += sum[d] * commonDirection[d];
        }
        double square = 0;
        for (int d = 0; d < sum.length; d++) {
            sum[d] -= along * commonDirection[d];
            square += sum[d] * sum[d];
        }
        if (square < 1e-12) {
            return Optional.empty();
        }
        float[] vector = new float[sum.length];
        for (int d = 0; d < sum.length; d++) {
            vector[d] = (float) (sum[d] / Math.sqrt(square));
        }
        return Optional.of(vector);
    }
}
