// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.demo;

import io.dormouse.local.client.Answer;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.local.data.ExactSearch;
import io.dormouse.local.sample.ArxivSample;
import io.dormouse.local.sample.SampleRecords;
import io.dormouse.local.sample.TitleQuestion;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.Hit;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Asks every question of the sample once and holds the answers against exact search over the same papers. */
final class RecallRound {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ArxivSample sample;
    private final SampleRecords records;
    private final int k;
    private final CompletableFuture<int[][]> exact;

    /** Begins to search exactly in the background. */
    RecallRound(ArxivSample sample, SampleRecords records, int k) {
        this.sample = Objects.requireNonNull(sample);
        this.records = Objects.requireNonNull(records);
        this.k = k;
        this.exact = CompletableFuture.supplyAsync(this::searchExactly);
    }

    private int[][] searchExactly() {
        float[][] queries =
                sample.questions().stream().map(TitleQuestion::vector).toArray(float[][]::new);
        return new ExactSearch(sample.vectors(), ExactSearch.Metric.COSINE).topK(queries, k, 1);
    }

    /** Asks all questions, each to be answered {@code after} those papers are applied. */
    RecallReport run(MemoryClient client, List<AfterToken> after, Shortcomings shortcomings) {
        List<CompletableFuture<Answer>> asked = new ArrayList<>();
        for (int i = 0; i < sample.questions().size(); i++) {
            QueryRecord query = records.question(sample.questions().get(i), "recall-" + i, k);
            query.setAfter(after);
            asked.add(client.ask(query, TIMEOUT));
        }
        int[][] nearest = exact.join();
        Tally tally = new Tally();
        int unanswered = 0;
        for (int i = 0; i < asked.size(); i++) {
            try {
                tally.add(i, asked.get(i).join().result(), nearest[i]);
            } catch (CompletionException e) {
                unanswered++;
            }
        }
        shortcomings.count(unanswered, "questions were not answered within " + TIMEOUT.toSeconds() + " s");
        shortcomings.count(tally.partial, "answers were partial");
        shortcomings.count(tally.errors, "questions were answered with an error, such as: " + tally.error);
        return tally.report();
    }

    private final class Tally {
        private int answered;
        private int partial;
        private int errors;
        private String error;
        private double recall;
        private int ownPaper;
        private int ownPaperExact;
        private double scored;

        void add(int question, QueryResult result, int[] nearest) {
            answered++;
            if (result.getError() != null) {
                errors++;
                error = result.getError();
            }
            partial += result.getPartial() ? 1 : 0;
            Set<String> hits = new HashSet<>();
            for (Hit hit : result.getHits()) {
                hits.add(hit.getId());
            }
            int own = sample.questions().get(question).paper();
            int found = 0;
            for (int row : nearest) {
                found += hits.contains(sample.papers().get(row).id()) ? 1 : 0;
                ownPaperExact += row == own ? 1 : 0;
            }
            recall += nearest.length == 0 ? 1 : (double) found / nearest.length;
            ownPaper += hits.contains(sample.papers().get(own).id()) ? 1 : 0;
            scored += (double) result.getCost().getRowsScored()
                    / Math.max(1, result.getCost().getRowsStored());
        }

        RecallReport report() {
            double n = Math.max(1, answered);
            return new RecallReport(answered, recall / n, ownPaper / n, ownPaperExact / n, scored / n);
        }
    }
}
