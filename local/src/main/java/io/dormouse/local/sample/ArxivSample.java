// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.sample;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/**
 * The arXiv computer-science papers that ship with the project, in date order, with questions whose own paper is known.
 * {@code sample/NOTICE.md} among the resources tells origin, licence and file formats; {@link SampleBuilder} made them.
 *
 * @param papers the papers, oldest first
 * @param vectors one vector a paper: the word-vector average of its abstract, unit norm within rounding
 * @param questions titles of some of the papers, in date order
 */
public record ArxivSample(List<Paper> papers, float[][] vectors, List<TitleQuestion> questions) {
    static final String FOLDER = "/sample/";
    static final String PAPERS = "papers.tsv.gz";
    static final String PAPER_VECTORS = "papers.dmfx";
    static final String QUESTIONS = "questions.tsv.gz";
    static final String QUESTION_VECTORS = "questions.dmfx";

    /** Checks that each paper has its vector. */
    public ArxivSample {
        papers = List.copyOf(papers);
        questions = List.copyOf(questions);
        if (papers.size() != Objects.requireNonNull(vectors).length) {
            throw new IllegalArgumentException(papers.size() + " papers but " + vectors.length + " vectors");
        }
    }

    /** Loads the whole sample. */
    public static ArxivSample load() throws IOException {
        return load(Integer.MAX_VALUE);
    }

    /** Loads the oldest {@code papersMax} papers and the questions whose own paper is among them. */
    public static ArxivSample load(int papersMax) throws IOException {
        float[][] vectors = vectors(PAPER_VECTORS);
        int count = Math.min(papersMax, vectors.length);
        List<Paper> papers = new ArrayList<>(count);
        for (String[] row : rows(PAPERS, 4)) {
            if (papers.size() == count) {
                break;
            }
            papers.add(new Paper(row[0], row[1], row[2], row[3]));
        }
        float[][] questionVectors = vectors(QUESTION_VECTORS);
        List<TitleQuestion> questions = new ArrayList<>();
        List<String[]> questionRows = rows(QUESTIONS, 2);
        for (int i = 0; i < questionRows.size(); i++) {
            int paper = Integer.parseInt(questionRows.get(i)[0]);
            if (paper < count) {
                questions.add(new TitleQuestion(questionRows.get(i)[1], paper, questionVectors[i]));
            }
        }
        return new ArxivSample(papers, Arrays.copyOf(vectors, count), questions);
    }

    /** Dimension of every vector. */
    public int dimension() {
        return vectors.length == 0 ? 0 : vectors[0].length;
    }

    static float[][] vectors(String name) throws IOException {
        try (InputStream in = open(name)) {
            return FixedPointVectors.read(in, name);
        }
    }

    static List<String[]> rows(String name, int columns) throws IOException {
        List<String[]> rows = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(open(name), 1 << 16), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] row = line.split("\t", columns);
                if (row.length != columns) {
                    throw new IOException(name + " row " + rows.size() + " has " + row.length + " columns, expected "
                            + columns + ": the file is damaged, check it out again");
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static InputStream open(String name) throws IOException {
        InputStream in = ArxivSample.class.getResourceAsStream(FOLDER + name);
        if (in == null) {
            throw new FileNotFoundException("the sample file " + FOLDER + name
                    + " is not on the class path: build again, or make it with ./dormouse sample --from DIR");
        }
        return in;
    }
}
