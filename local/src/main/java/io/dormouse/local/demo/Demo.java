// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.demo;

import io.dormouse.local.Topics;
import io.dormouse.local.client.Answer;
import io.dormouse.local.client.ClosedLoop;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.local.client.TopicTail;
import io.dormouse.local.sample.ArxivSample;
import io.dormouse.local.sample.SampleRecords;
import io.dormouse.local.sample.TitleQuestion;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.EventType;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.MetricName;
import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.NamespaceOp;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.WireCodec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Shows a memory at work on real papers: streams them in date order, asks about papers as soon as Kafka has them while
 * the rest still streams in, then measures recall, throughput and latency.
 */
public final class Demo implements AutoCloseable {
    /** The namespace the papers go to. */
    public static final String NAMESPACE = "arxiv";

    private static final int K = 10;
    private static final double RECALL_MIN = 0.95;
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(120);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration CATCH_UP_MAX = Duration.ofSeconds(300);
    private static final int LIVE_DEADLINE_MILLIS = 20_000;

    private final ArxivSample sample;
    private final SampleRecords records;
    private final DemoOutput output;
    private final Shortcomings shortcomings = new Shortcomings();
    private final MemoryClient client;
    private final TopicTail<DeadLetter> deadLetterTail;
    private final AtomicLong deadLetters = new AtomicLong();
    private volatile String lastDeadLetter = "";

    /** A demo of {@code sample} on the memory behind {@code bootstrap}. */
    public Demo(String bootstrap, Topics topics, ArxivSample sample, DemoOutput output) {
        this.sample = Objects.requireNonNull(sample);
        this.output = Objects.requireNonNull(output);
        this.records = new SampleRecords(sample, NAMESPACE);
        this.client = new MemoryClient(bootstrap, topics);
        this.deadLetterTail =
                new TopicTail<>(bootstrap, topics.deadLetters(), WireCodec.DEAD_LETTER, (raw, letter) -> count(letter));
    }

    /**
     * Runs all of it.
     *
     * @param liveQuestions questions asked and shown while papers stream in
     * @param papersPerSecond the stream's highest rate, 0 = no limit
     * @param loadDuration how long throughput and latency are measured, each
     */
    public Shortcomings run(int liveQuestions, long papersPerSecond, Duration loadDuration)
            throws InterruptedException {
        RecallRound recallRound = new RecallRound(sample, records, K);
        createNamespace();
        client.followResults();
        PaperStream stream = new PaperStream(client, sample, records);
        List<TitleQuestion> shown = spread(sample.questions(), liveQuestions);
        Deque<CompletableFuture<AfterToken>> tokens = new ArrayDeque<>();
        shown.forEach(question -> tokens.add(stream.acknowledged(question.paper())));
        ExecutorService asker = Executors.newSingleThreadExecutor(task -> new Thread(task, "asker"));
        try {
            long start = System.nanoTime();
            CompletableFuture<Integer> live = CompletableFuture.supplyAsync(() -> askLive(shown, tokens), asker);
            stream(stream, papersPerSecond);
            double sentSeconds = (System.nanoTime() - start) / 1e9;
            catchUp(stream.end());
            double appliedSeconds = (System.nanoTime() - start) / 1e9;
            int answeredDuringIngest = live.join();
            reportStream(sentSeconds, appliedSeconds, shown.size(), answeredDuringIngest);
        } finally {
            asker.shutdownNow();
        }
        reportRecall(recallRound.run(client, stream.end(), shortcomings));
        measureLoad(loadDuration);
        shortcomings.count(deadLetters.get(), "dead letters, the last: " + lastDeadLetter);
        return shortcomings;
    }

    private void createNamespace() {
        NamespaceCommand create = new NamespaceCommand();
        create.setId("demo-create");
        create.setOp(NamespaceOp.CREATE);
        create.setNamespace(NAMESPACE);
        create.setDimension(sample.dimension());
        create.setMetric(MetricName.COSINE);
        try {
            MemoryEvent event = client.command(create, COMMAND_TIMEOUT).join();
            if (event.getType() != EventType.NAMESPACE_CREATED) {
                shortcomings.add("namespace " + NAMESPACE + ": " + event.getType() + ", " + event.getMessage());
            }
        } catch (CompletionException e) {
            shortcomings.add("the command that creates namespace " + NAMESPACE + " was not acknowledged within "
                    + COMMAND_TIMEOUT.toSeconds() + " s");
        }
    }

    private void stream(PaperStream stream, long papersPerSecond) {
        AtomicInteger refused = new AtomicInteger();
        output.streamBegins(sample.papers().size());
        stream.run(papersPerSecond, output::streamed, failure -> refused.incrementAndGet());
        output.streamEnds();
        shortcomings.count(refused.get(), "papers were not accepted by the broker");
    }

    /** Asks each question once its paper is in Kafka; returns how many were answered before all papers were applied. */
    private int askLive(List<TitleQuestion> questions, Deque<CompletableFuture<AfterToken>> tokens) {
        int early = 0;
        for (int i = 0; i < questions.size(); i++) {
            TitleQuestion question = questions.get(i);
            try {
                QueryRecord query = records.question(question, "live-" + i, K);
                query.setAfter(List.of(tokens.remove().join()));
                query.setDeadlineMillis(LIVE_DEADLINE_MILLIS);
                Answer answer = client.ask(query, ANSWER_TIMEOUT).join();
                output.answer(question, sample.papers().get(question.paper()).id(), answer);
                early += answer.result().getCost().getRowsStored()
                                < sample.papers().size()
                        ? 1
                        : 0;
                check(answer, question);
            } catch (CompletionException e) {
                shortcomings.add("the question '" + question.title() + "' was not answered: " + e.getCause());
            }
        }
        return early;
    }

    private void check(Answer answer, TitleQuestion question) {
        if (answer.result().getError() != null) {
            shortcomings.add("the question '" + question.title() + "' was answered with the error "
                    + answer.result().getError());
        } else if (answer.result().getPartial()) {
            shortcomings.add("the question '" + question.title() + "' was answered in part: "
                    + answer.result().getPartialReason());
        }
    }

    /** Waits until the memory has applied everything up to {@code end}: asks until an answer is whole. */
    private void catchUp(List<AfterToken> end) {
        long start = System.nanoTime();
        TitleQuestion probe = sample.questions().get(0);
        for (int i = 0; System.nanoTime() - start < CATCH_UP_MAX.toNanos(); i++) {
            QueryRecord query = records.question(probe, "catch-up-" + i, 1);
            query.setAfter(end);
            try {
                Answer answer = client.ask(query, ANSWER_TIMEOUT).join();
                if (!answer.result().getPartial() && answer.result().getError() == null) {
                    return;
                }
            } catch (CompletionException e) {
                output.line("no answer within " + ANSWER_TIMEOUT.toSeconds() + " s, asking again");
            }
        }
        shortcomings.add("the memory had not applied all papers after " + CATCH_UP_MAX.toSeconds() + " s");
    }

    private void reportStream(double sentSeconds, double appliedSeconds, int asked, int early) {
        int papers = sample.papers().size();
        output.line(String.format(
                Locale.ROOT,
                "ingest      %,d papers in Kafka after %.1f s, searchable after %.1f s: %,.0f records/s",
                papers,
                sentSeconds,
                appliedSeconds,
                papers / appliedSeconds));
        output.line(String.format(
                Locale.ROOT,
                "live        %d of %d questions answered while papers were still streaming in",
                early,
                asked));
    }

    private void reportRecall(RecallReport report) {
        output.line(String.format(
                Locale.ROOT,
                "recall@%d   %.4f against exact search, %d questions, %.1f %% of the rows scored",
                K,
                report.recall(),
                report.questions(),
                100 * report.rowsScoredShare()));
        output.line(String.format(
                Locale.ROOT,
                "own paper   found among %d for %.1f %% of the titles (exact search: %.1f %%)",
                K,
                100 * report.ownPaper(),
                100 * report.ownPaperExact()));
        if (report.questions() > 0 && report.recall() < RECALL_MIN) {
            shortcomings.add(String.format(
                    Locale.ROOT, "recall@%d is %.4f, expected at least %.2f", K, report.recall(), RECALL_MIN));
        }
    }

    private void measureLoad(Duration duration) throws InterruptedException {
        load("warm", 64, duration.dividedBy(2));
        ClosedLoop.Outcome throughput = load("load", 64, duration);
        ClosedLoop.Outcome latency = load("calm", 1, duration);
        output.line(
                String.format(Locale.ROOT, "throughput  %,.0f queries/s with 64 in flight", throughput.perSecond()));
        double[] loaded = throughput.latencies().millis(0.5, 0.95, 0.99);
        double[] calm = latency.latencies().millis(0.5, 0.95, 0.99);
        String form = "latency     p50 %.1f  p95 %.1f  p99 %.1f ms, Kafka to Kafka, %s";
        output.line(String.format(Locale.ROOT, form, calm[0], calm[1], calm[2], "one question at a time"));
        output.line(String.format(Locale.ROOT, form, loaded[0], loaded[1], loaded[2], "64 in flight"));
    }

    private ClosedLoop.Outcome load(String name, int inFlight, Duration duration) throws InterruptedException {
        List<TitleQuestion> questions = sample.questions();
        ClosedLoop loop = new ClosedLoop(
                client,
                i -> records.question(questions.get((int) (i % questions.size())), name + "-" + i, K),
                inFlight);
        ClosedLoop.Outcome outcome = loop.run(duration, Long.MAX_VALUE);
        shortcomings.count(outcome.failed(), "questions under load were not answered");
        shortcomings.count(outcome.partial(), "answers under load were partial");
        return outcome;
    }

    private static List<TitleQuestion> spread(List<TitleQuestion> questions, int wanted) {
        int count = Math.min(wanted, questions.size());
        List<TitleQuestion> spread = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            spread.add(questions.get((int) ((long) i * questions.size() / count)));
        }
        return spread;
    }

    private void count(DeadLetter letter) {
        deadLetters.incrementAndGet();
        lastDeadLetter = letter.getReason() + ": " + letter.getMessage();
    }

    @Override
    public void close() {
        deadLetterTail.close();
        client.close();
    }
}
