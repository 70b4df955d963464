// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.namespaces;

import com.sun.management.OperatingSystemMXBean;
import io.dormouse.benchmarks.BenchReport;
import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.load.IngestPace;
import io.dormouse.benchmarks.load.LoadDriver;
import io.dormouse.benchmarks.load.LoadDriver.Paced;
import io.dormouse.benchmarks.load.Medians;
import io.dormouse.benchmarks.operator.Checkpoint;
import io.dormouse.benchmarks.operator.FeedTransport;
import io.dormouse.benchmarks.operator.MetricTap;
import io.dormouse.benchmarks.operator.OperatorFixture;
import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.schema.MalformedRecordException;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/**
 * Many small namespaces in one process of fixed heap, the job's and the generator's together: first one item for each, then
 * two more for each in the mean by Zipf's law, then queries beside ingest by the same law; then nobody asks until all are
 * asleep, and idle ones are woken.
 */
public final class NamespacesRun {
    private static final int SLOTS = 2;
    private static final int ITEMS_EACH = 3;
    private static final int WINDOW = 256;
    private static final int COMPUTED = 10_000_000;
    private static final double MEGABYTE = 1 << 20;

    private final int count;
    private final boolean quick;
    private final Agents agents;
    private final HeapWatch heap = new HeapWatch();
    private final BenchReport report = new BenchReport("namespaces");
    private final SplittableRandom random = new SplittableRandom(26);
    private final OperatorFixture fixture;
    private final LoadDriver driver;
    private long upserts;

    /** The namespace that a query of a number goes to. */
    private volatile IntUnaryOperator asked;

    private NamespacesRun(int count, boolean quick, Configuration flink) {
        this.count = count;
        this.quick = quick;
        this.agents = new Agents(count);
        fixture = new OperatorFixture(SLOTS, flink);
        fixture.start(new Configuration()
                .set(RetrievalOptions.HOT_BYTES, MemorySize.ofMebiBytes(256))
                .set(RetrievalOptions.IDLE_AFTER, idleAfter()));
        driver = new LoadDriver(
                new FeedTransport(fixture.feed(), number -> agents.query(asked.applyAsInt((int) number), number)));
    }

    /** @param args namespaces, whether to be quick, where to write JSON or nothing, and Flink's options as KEY=VALUE */
    public static void main(String[] args) throws Exception {
        Configuration flink = new Configuration();
        Arrays.stream(args).skip(3).map(option -> option.split("=", 2)).forEach(o -> flink.setString(o[0], o[1]));
        NamespacesRun run = new NamespacesRun(Integer.parseInt(args[0]), Boolean.parseBoolean(args[1]), flink);
        try (run.fixture;
                run.driver) {
            run.run();
        }
        run.report.print(System.out);
        if (!args[2].isEmpty()) {
            run.report.writeJson(Path.of(args[2]));
        }
        System.exit(run.report.exitCode());
    }

    private Duration idleAfter() {
        return Duration.ofSeconds(quick ? 3 : 30);
    }

    private void run() throws Exception {
        begin();
        long empty = heap.used();
        create(0, count / 10, "first_tenth");
        long tenth = fallAsleep();
        create(count / 10, count, "others");
        grow();
        mixed();
        report.figure("heap_peak_after_collection_mb", heap.peak() / MEGABYTE);
        long asleep = fallAsleep();
        report.figure("heap_empty_job_mb", empty / MEGABYTE)
                .figure("heap_tenth_asleep_mb", tenth / MEGABYTE)
                .figure("heap_all_asleep_mb", asleep / MEGABYTE);
        wake();
        awake(asleep);
        stored();
        report.bar(
                "peak of the heap after a collection, share of its limit",
                heap.peak() / (double) heap.max(),
                Comparison.AT_MOST,
                0.9);
    }

    /** Waits until the job runs. */
    private void begin() {
        fixture.ingest(agents.item(0, 0));
        fixture.awaitUpserts(1);
        upserts = 1;
    }

    private void create(int from, int to, String name) {
        long start = System.nanoTime();
        long cpu = cpuNanos();
        for (int n = from; n < to; n++) {
            fixture.ingest(agents.item(agents.scattered(n), 0));
        }
        awaitMore(to - from);
        report.figure(name + "_created_per_s", (to - from) / seconds(start))
                .figure(name + "_created_cpu_us_each", (cpuNanos() - cpu) / 1e3 / (to - from));
        say("created", start);
    }

    private void awaitMore(int more) {
        upserts += more;
        fixture.awaitUpserts(upserts);
    }

    private void grow() {
        long start = System.nanoTime();
        long cpu = cpuNanos();
        int more = (ITEMS_EACH - 1) * count;
        for (int n = 1; n <= more; n++) {
            fixture.ingest(agents.item(agents.active(random), n));
        }
        awaitMore(more);
        report.figure("upserts_by_activity_per_s", more / seconds(start))
                .figure("upserts_by_activity_cpu_us_each", (cpuNanos() - cpu) / 1e3 / more);
        say("grown", start);
    }

    /** Queries by activity, beside ingest by activity and checkpoints. */
    private void mixed() throws Exception {
        long start = System.nanoTime();
        SplittableRandom mine = random.split();
        asked = number -> agents.active(mine);
        SplittableRandom written = random.split();
        long newest = fixture.checkpoint().id();
        IngestPace ingest =
                new IngestPace(count, 1_000, row -> fixture.ingest(agents.item(agents.active(written), count + row)));
        try {
            driver.pace(Duration.ofSeconds(2), 500);
            Paced paced = driver.pace(Duration.ofSeconds(quick ? 5 : 40), 500);
            report.figure("queries_p50_ms_at_500_per_s", paced.percentile(0.5))
                    .figure("queries_p99_ms_at_500_per_s", paced.percentile(0.99));
            answers("active", paced);
        } finally {
            ingest.close();
        }
        report.figure(
                "checkpoint_sync_max_ms",
                fixture.checkpoints(newest).stream()
                        .flatMap(checkpoint -> checkpoint.syncMillis().stream())
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(0));
        report.figure(
                "checkpoint_own_flush_max_ms",
                Medians.percentile(MetricTap.newest("checkpointFlushMicros", Integer.MAX_VALUE), 1) / 1e3);
        report.figure("queries_per_s", driver.saturate(Duration.ofSeconds(quick ? 4 : 20), WINDOW));
        say("mixed", start);
    }

    /** Nobody asks until no namespace is awake; bytes in use then. */
    private long fallAsleep() throws InterruptedException {
        long start = System.nanoTime();
        while (MetricTap.sum("awakeShards") > 0) {
            if (seconds(start) > 120) {
                throw new IllegalStateException(MetricTap.sum("awakeShards") + " namespaces are awake after 120 s");
            }
            Thread.sleep(100);
        }
        say("asleep", start);
        return heap.used();
    }

    /** Idle namespaces, one after the other, and the same again while they are awake. */
    private void wake() throws Exception {
        int queries = quick ? 1_000 : 5_000;
        int perSecond = 500;
        SplittableRandom mine = random.split();
        int[] chosen = mine.ints(queries, 0, count).toArray();
        int[] next = {0};
        asked = number -> chosen[next[0]++ % chosen.length];
        Duration duration = Duration.ofMillis(1_000L * queries / perSecond);
        Paced idle = driver.pace(duration, perSecond);
        Paced again = driver.pace(duration, perSecond);
        long[] first = answers("idle", idle);
        long[] second = answers("awake", again);
        report.figure("idle_p50_ms", idle.percentile(0.5))
                .figure("idle_p99_ms", idle.percentile(0.99))
                .figure("awake_p50_ms", again.percentile(0.5))
                .figure("awake_p99_ms", again.percentile(0.99))
                .figure("wake_median_us", Medians.percentile(first, 0.5) - Medians.percentile(second, 0.5));
        report.bar("answer of an idle namespace, p99, ms", idle.percentile(0.99), Comparison.AT_MOST, 50);
    }

    /**
     * Holds answers against what was asked for.
     *
     * @return microseconds in the operator, sorted
     */
    private long[] answers(String name, Paced paced) throws MalformedRecordException {
        long[] micros = new long[paced.results().size()];
        int found = 0;
        for (int i = 0; i < micros.length; i++) {
            QueryResult result = WireCodec.RESULT.decode(paced.results().get(i), WireFormat.AVRO);
            micros[i] = result.getCost().getOperatorMicros();
            found += !result.getHits().isEmpty()
                            && result.getHits().get(0).getId().equals("0")
                    ? 1
                    : 0;
        }
        Arrays.sort(micros);
        report.figure(name + "_in_operator_p50_us", Medians.percentile(micros, 0.5))
                .figure(name + "_in_operator_p99_us", Medians.percentile(micros, 0.99));
        report.bar(name + " answers with the item looked for", found / (double) micros.length, Comparison.AT_LEAST, 1);
        return micros;
    }

    /** What an awake namespace takes. */
    private void awake(long asleep) throws InterruptedException {
        SplittableRandom mine = random.split();
        asked = number -> mine.nextInt(count);
        driver.saturate(Duration.ofSeconds(quick ? 1 : 5), WINDOW);
        double awake = MetricTap.sum("awakeShards");
        long used = heap.used();
        report.figure("awake_namespaces", awake).figure("heap_bytes_per_awake_namespace", (used - asleep) / awake);
    }

    private void stored() {
        Checkpoint checkpoint = fixture.checkpoint();
        double each = checkpoint.stateBytes() / (double) count;
        report.figure("rocksdb_mb", checkpoint.stateBytes() / MEGABYTE)
                .figure("rocksdb_bytes_per_namespace", each)
                .figure("computed_rocksdb_gb_for_10_million", each * COMPUTED / (1 << 30));
    }

    /** CPU time of the whole process: unlike rates, it hardly depends on what else the machine does. */
    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static double seconds(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    private void say(String what, long startNanos) {
        System.out.printf(
                "%s in %.0f s; %.0f namespaces awake, %.0f MB of heap after a collection at most%n",
                what, seconds(startNanos), MetricTap.sum("awakeShards"), heap.peak() / MEGABYTE);
    }
}
