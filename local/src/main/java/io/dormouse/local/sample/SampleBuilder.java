// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.sample;

import io.dormouse.local.data.VectorFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the sample that ships with the project from the full data set: papers evenly spaced over the years together
 * with the own papers of evenly spaced title questions, and all words. The same input gives the same vectors and rows.
 */
public final class SampleBuilder {
    /** Every vector of the data set is a multiple of 2^-11. */
    private static final int FRACTION_BITS = 11;
    /** A direction of unit norm is computed here and rounded to multiples of 2^-14. */
    private static final int DIRECTION_FRACTION_BITS = 14;

    private final Path from;
    private final Path to;
    private final int papers;
    private final int questions;

    /** Reads the folders {@code arxiv} and {@code words} of {@code from}, writes into {@code to}. */
    public SampleBuilder(Path from, Path to, int papers, int questions) {
        this.from = Objects.requireNonNull(from);
        this.to = Objects.requireNonNull(to);
        this.papers = papers;
        this.questions = questions;
    }

    /** Writes all files and returns their size in bytes together. */
    public long build() throws IOException {
        Files.createDirectories(to);
        Path arxiv = from.resolve("arxiv");
        float[][] base = VectorFiles.readFvecs(arxiv.resolve("base_1989-2016.fvecs.gz"));
        List<String[]> docs = tsv(arxiv.resolve("docs_1989-2016.tsv.gz"));
        docs.remove(0);
        float[][] titles = VectorFiles.readFvecs(arxiv.resolve("query_title.fvecs"));
        List<String[]> titleRows = tsv(arxiv.resolve("query_title.tsv"));

        BitSet chosen = new BitSet(base.length);
        List<Integer> chosenQuestions = new ArrayList<>();
        for (int i = 0; i < questions; i++) {
            int question = (int) ((long) i * titles.length / questions);
            chosenQuestions.add(question);
            chosen.set(Integer.parseInt(titleRows.get(question)[1]));
        }
        fillEvenly(chosen, base.length, papers);
        writePapers(chosen, docs, base);
        writeQuestions(chosenQuestions, titleRows, titles, chosen);
        writeWords(from.resolve("words"));
        write(
                WordEmbedder.TITLE_DIRECTION,
                new float[][] {round(OrthogonalDirection.of(titles))},
                DIRECTION_FRACTION_BITS);
        return size();
    }

    /** Sets evenly spaced bits until {@code wanted} of {@code length} are set. */
    static void fillEvenly(BitSet chosen, int length, int wanted) {
        int free = length - chosen.cardinality();
        int missing = Math.min(wanted, length) - chosen.cardinality();
        BitSet before = (BitSet) chosen.clone();
        long seen = 0;
        for (int row = before.nextClearBit(0); row < length && missing > 0; row = before.nextClearBit(row + 1)) {
            if ((seen + 1) * missing / free > seen * missing / free) {
                chosen.set(row);
            }
            seen++;
        }
    }

    private void writePapers(BitSet chosen, List<String[]> docs, float[][] base) throws IOException {
        List<String> lines = new ArrayList<>();
        List<float[]> vectors = new ArrayList<>();
        for (int row = chosen.nextSetBit(0); row >= 0; row = chosen.nextSetBit(row + 1)) {
            String[] doc = docs.get(row);
            lines.add(String.join("\t", doc[2], doc[1], doc[3], doc[4]));
            vectors.add(base[row]);
        }
        write(ArxivSample.PAPERS, lines);
        write(ArxivSample.PAPER_VECTORS, vectors.toArray(new float[0][]), FRACTION_BITS);
    }

    private void writeQuestions(List<Integer> chosenQuestions, List<String[]> rows, float[][] titles, BitSet chosen)
            throws IOException {
        List<String> lines = new ArrayList<>();
        List<float[]> vectors = new ArrayList<>();
        for (int question : chosenQuestions) {
            String[] row = rows.get(question);
            int paper = chosen.get(0, Integer.parseInt(row[1])).cardinality();
            lines.add(paper + "\t" + row[4]);
            vectors.add(titles[question]);
        }
        write(ArxivSample.QUESTIONS, lines);
        write(ArxivSample.QUESTION_VECTORS, vectors.toArray(new float[0][]), FRACTION_BITS);
    }

    private void writeWords(Path folder) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String[] row : tsv(folder.resolve("words.tsv.gz"))) {
            lines.add(row[0] + "\t" + row[1]);
        }
        write(WordEmbedder.WORDS, lines);
        write(WordEmbedder.WORD_VECTORS, VectorFiles.readFvecs(folder.resolve("vectors.fvecs.gz")), FRACTION_BITS);
    }

    private static float[] round(double[] direction) {
        float[] rounded = new float[direction.length];
        for (int d = 0; d < rounded.length; d++) {
            rounded[d] =
                    Math.scalb(Math.round(Math.scalb(direction[d], DIRECTION_FRACTION_BITS)), -DIRECTION_FRACTION_BITS);
        }
        return rounded;
    }

    private void write(String name, float[][] rows, int fractionBits) throws IOException {
        try (OutputStream out = Files.newOutputStream(to.resolve(name))) {
            FixedPointVectors.write(out, rows, fractionBits);
        }
    }

    private void write(String name, List<String> lines) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(to.resolve(name)))) {
            out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static List<String[]> tsv(Path file) throws IOException {
        var raw = Files.newInputStream(file);
        var in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            List<String[]> rows = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                rows.add(line.split("\t"));
            }
            return rows;
        }
    }

    private long size() throws IOException {
        long bytes = 0;
        for (String name : List.of(
                ArxivSample.PAPERS,
                ArxivSample.PAPER_VECTORS,
                ArxivSample.QUESTIONS,
                ArxivSample.QUESTION_VECTORS,
                WordEmbedder.WORDS,
                WordEmbedder.WORD_VECTORS,
                WordEmbedder.TITLE_DIRECTION)) {
            bytes += Files.size(to.resolve(name));
        }
        return bytes;
    }
}
