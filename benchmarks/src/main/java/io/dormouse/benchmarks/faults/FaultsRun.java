// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.faults;

import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.jobs.audit.StateDigest;
import io.dormouse.local.EmbeddedStack;
import io.dormouse.local.StackOptions;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.objectstore.Fault;
import io.dormouse.objectstore.FaultyObjectStore;
import io.dormouse.objectstore.ObjectStoreProcess;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.QueryResult;
import io.dormouse.state.fault.FaultPoint;
import io.dormouse.state.fault.InjectedCrash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.FileUtils;

/**
 * The whole job, Kafka to Kafka, with its cold pages in a real S3 server behind a proxy that does wrong; writes and
 * questions go on all the time. Each fault lasts for a while, then the time is taken until answers are whole again, and what
 * was written meanwhile is looked for. In the end a savepoint is followed from every id to its last byte.
 */
public final class FaultsRun implements AutoCloseable {
    private static final String ROOT = "s3://dormouse/memory";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Each needs some 70 ranges, and an S3 server beside all else on two cores gives some hundreds a second. */
    private static final int QUESTIONS_PER_SECOND = 4;

    private static final int WRITES_PER_SECOND = 60;
    private static final int IN_A_ROW = 20;

    /** Two ages of a page, and the time that a segment is collected. */
    private static final long REST_MILLIS = 8_000;

    private static final Set<String> QUICK = Set.of(
            "none",
            "goes away",
            "takes 700 ms",
            "says 503 half the time",
            "sends other bytes",
            "crash at SEGMENT_SAFE");

    private final Path folder;
    private final ObjectStoreProcess server;
    private final FaultyObjectStore faulty;
    private final EmbeddedStack stack;
    private final MemoryClient client;
    private final Random random = new Random(1);
    private final FaultTally atStart = new FaultTally();
    private final int loaded;
    private int written;
    private AfterToken last;

    /** How a fault begins and ends, and whether it has happened: a crash comes when its point is reached. */
    private record Kind(Runnable begin, Runnable end, BooleanSupplier happened) {
        Kind(Runnable begin, Runnable end) {
            this(begin, end, () -> true);
        }
    }

    /** @param items loaded while object storage is away, which is the first fault */
    public FaultsRun(int items) throws Exception {
        folder = Files.createTempDirectory("dormouse-faults");
        server = ObjectStoreProcess.start(folder);
        server.createBucket("dormouse");
        faulty = new FaultyObjectStore(server.endpoint());
        faulty.goAway();
        Configuration cluster = Configuration.fromMap(faulty.flinkOptions(server.flinkOptions()));
        cluster.setString("s3.socket.timeout", "1 s");
        cluster.setString("s3.retry.max-num-retries", "1");
        Configuration job = new Configuration()
                .set(RetrievalOptions.COLD_PATH, ROOT)
                .set(RetrievalOptions.COLD_AGE, Duration.ofSeconds(1))
                .set(RetrievalOptions.RAW_PAGE_BYTES, new MemorySize(2 << 10))
                .set(RetrievalOptions.COLD_READ_TIMEOUT, Duration.ofSeconds(2))
                .set(RetrievalOptions.COLD_SEGMENT_BYTES, new MemorySize(128 << 10))
                .set(RetrievalOptions.HOT_BYTES, new MemorySize(100 << 10))
                .set(RetrievalOptions.RECALL_SAMPLING_SHARE, 0.0);
        stack = EmbeddedStack.start(StackOptions.defaults()
                .withParallelism(1)
                .withCheckpointInterval(Duration.ofSeconds(2))
                .withOptions(cluster, job));
        client = new MemoryClient(stack.bootstrap(), stack.topics());
        client.followResults();
        loaded = items;
        load();
    }

    private void load() throws Exception {
        while (written < loaded) {
            write();
        }
        client.flush();
        last = client.ingest(FaultItems.item(written++)).get();
        recover(new FaultTally()); // until the job runs
        ask(atStart, Duration.ofSeconds(2));
        faulty.comeBack();
        recover(atStart);
    }

    /** Until answers need object storage: pages are left alone for long enough to go there. */
    private void awaitCold() throws Exception {
        long start = System.nanoTime();
        long pagesCold = 0;
        while (pagesCold == 0) {
            if (millisSince(start) > PATIENCE.toMillis()) {
                throw new IllegalStateException("no pages are cold after " + PATIENCE.toSeconds() + " s");
            }
            Thread.sleep(REST_MILLIS);
            QueryResult answer = client.ask(FaultItems.question(random.nextInt(loaded), last), PATIENCE)
                    .get()
                    .result();
            pagesCold = answer.getCost().getPagesCold();
        }
    }

    /** What happened while object storage was away from the beginning. */
    public FaultTally atStart() {
        return atStart;
    }

    /**
     * Faults by their names, in order.
     *
     * @param each how long each lasts
     * @param all or only those that differ most
     */
    public Map<String, FaultTally> run(Duration each, boolean all) throws Exception {
        Map<String, FaultTally> tallies = new LinkedHashMap<>();
        Map<String, Kind> kinds = kinds();
        if (!all) {
            kinds.keySet().retainAll(QUICK);
        }
        for (Map.Entry<String, Kind> kind : kinds.entrySet()) {
            awaitCold();
            FaultTally tally = new FaultTally();
            int before = written;
            kind.getValue().begin().run();
            ask(tally, each);
            for (int more = 0; more < 40 && !kind.getValue().happened().getAsBoolean(); more++) {
                ask(tally, Duration.ofMillis(500));
            }
            kind.getValue().end().run();
            if (!kind.getValue().happened().getAsBoolean()) {
                throw new IllegalStateException("'" + kind.getKey() + "' did not happen in the time it had");
            }
            recover(tally);
            tally.lost(missing(before));
            tallies.put(kind.getKey(), tally);
            System.err.println(kind.getKey() + ": " + tally.asked() + " asked, " + tally.right() + " right, recovery "
                    + tally.recoveryMillis() + " ms");
        }
        return tallies;
    }

    private Map<String, Kind> kinds() {
        Map<String, Kind> kinds = new LinkedHashMap<>();
        kinds.put("none", answersWith(Fault.none()));
        kinds.put("goes away", new Kind(faulty::goAway, faulty::comeBack));
        kinds.put("is killed", new Kind(server::kill, server::restart));
        kinds.put("takes 700 ms", answersWith(Fault.delay(Duration.ofMillis(700))));
        kinds.put("takes 3 s", answersWith(Fault.delay(Duration.ofSeconds(3))));
        kinds.put("says 500", answersWith(Fault.status(500)));
        kinds.put("says 503 half the time", answersWith(halfTheTime(Fault.status(503))));
        kinds.put("breaks off", answersWith(Fault.cutOff(100)));
        kinds.put("sends too little", answersWith(Fault.shorten(100)));
        kinds.put("sends other bytes", answersWith(Fault.swap(new byte[] {1, 2, 3})));
        kinds.put("flips a bit", answersWith(Fault.flipBit()));
        kinds.put("crash at SEGMENT_SAFE", crashAt(FaultPoint.SEGMENT_SAFE));
        kinds.put("crash at PAGE_LEAVES", crashAt(FaultPoint.PAGE_LEAVES));
        kinds.put("crash at FETCH_ARRIVED", crashAt(FaultPoint.FETCH_ARRIVED));
        kinds.put("crash at CHECKPOINT_FLUSHED", crashAt(FaultPoint.CHECKPOINT_FLUSHED));
        return kinds;
    }

    private static Kind crashAt(FaultPoint point) {
        AtomicBoolean crashed = new AtomicBoolean();
        Consumer<FaultPoint> crash = FaultPoint.crashAt(point, 1);
        Consumer<FaultPoint> noted = reached -> {
            try {
                crash.accept(reached);
            } catch (InjectedCrash e) {
                crashed.set(true);
                throw e;
            }
        };
        return new Kind(() -> FaultPoint.drill(noted), () -> FaultPoint.drill(null), crashed::get);
    }

    private Kind answersWith(Fault fault) {
        return new Kind(() -> faulty.set(fault), () -> faulty.set(Fault.none()));
    }

    private static Fault halfTheTime(Fault fault) {
        AtomicInteger count = new AtomicInteger();
        return answer -> count.getAndIncrement() % 2 == 0 ? answer : fault.change(answer);
    }

    /** Asks and writes at a fixed pace for a while; waits for the answers. */
    private void ask(FaultTally tally, Duration during) throws Exception {
        long start = System.nanoTime();
        CompletableFuture<?> all = CompletableFuture.completedFuture(null);
        int asked = 0;
        int writtenThen = written;
        for (double seconds = 0; seconds < during.toMillis() / 1e3; seconds = (System.nanoTime() - start) / 1e9) {
            while (asked < seconds * QUESTIONS_PER_SECOND) {
                all = CompletableFuture.allOf(all, ask(tally, random.nextInt(loaded)));
                asked++;
            }
            while (written - writtenThen < seconds * WRITES_PER_SECOND) {
                write();
            }
            Thread.sleep(2);
        }
        all.get();
    }

    private CompletableFuture<Boolean> ask(FaultTally tally, int item) {
        long begun = System.nanoTime();
        return client.ask(FaultItems.question(item, last), PATIENCE)
                .thenApply(answer -> tally.count(item, answer.result(), millisSince(begun)))
                .exceptionally(failure -> {
                    tally.stuck(item);
                    return false;
                });
    }

    /** Until so many answers in a row are whole; what is asked here is counted, too. */
    private void recover(FaultTally tally) throws Exception {
        long start = System.nanoTime();
        long since = start;
        for (int right = 0; right < IN_A_ROW && millisSince(start) < PATIENCE.toMillis(); ) {
            long asked = System.nanoTime();
            boolean whole = ask(tally, random.nextInt(loaded)).get();
            since = right == 0 ? asked : since;
            right = whole ? right + 1 : 0;
        }
        tally.recovered((since - start) / 1_000_000);
    }

    /** How many of the items written since are not found. */
    private int missing(int from) throws Exception {
        client.flush();
        last = client.ingest(FaultItems.item(written++)).get();
        FaultTally found = new FaultTally();
        CompletableFuture<?> all = CompletableFuture.completedFuture(null);
        for (int item = from; item < written; item++) {
            all = CompletableFuture.allOf(all, ask(found, item));
        }
        all.get();
        return found.wrong() + found.stuck();
    }

    private void write() {
        client.ingest(FaultItems.item(written++));
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    /** Whether the job still runs. */
    public boolean alive() {
        return stack.flink().status(stack.job()) == JobStatus.RUNNING;
    }

    /** Items that a savepoint lacks, and what in it does not fit together. */
    public long missingInSavepoint() throws Exception {
        String savepoint = stack.flink().stopWithSavepoint(stack.job());
        StateDigest digest = StateDigest.of(savepoint, ROOT, Configuration.fromMap(server.flinkOptions()));
        digest.examples().forEach(System.out::println);
        return written - digest.items() + digest.faults();
    }

    @Override
    public void close() throws IOException {
        FaultPoint.drill(null);
        try (server;
                faulty;
                stack) {
            client.close();
        } finally {
            FileUtils.deleteDirectory(folder.toFile());
        }
    }
}
