// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.cold.RangeReads;
import io.dormouse.objectstore.ObjectStoreProcess;
import io.dormouse.operators.cold.ColdStores;
import io.dormouse.operators.cold.ColdTimeouts;
import io.dormouse.operators.cold.FlinkColdStore;
import io.dormouse.state.cold.ColdStore;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.util.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench cold}: ranges of a cold object by one ranged GET, and by Flink's S3 file system, in turns. */
@Command(
        name = "cold",
        mixinStandardHelpOptions = true,
        description = "Reads ranges of an 8 MB object from a local S3 server, by the cold store's ranged GET and by"
                + " open, seek and read of Flink's native S3 file system, which take turns.")
public final class ColdReadsBench implements Callable<Integer> {
    private static final String ROOT = "s3://cold/bench";
    private static final String NAME = "0a";
    private static final int OBJECT_BYTES = 8 << 20;
    private static final int[] RANGE_BYTES = {16 << 10, 64 << 10};
    private static final int[] THREADS = {1, 8};
    private static final int ROUNDS = 5;
    private static final int QUICK_ROUNDS = 2;
    private static final int ROUND_MILLIS = 3_000;
    private static final int WARM_UP_ROUNDS = 1;

    @Mixin
    private BenchOptions options;

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("dormouse-cold");
        BenchReport report = new BenchReport("cold");
        try (ObjectStoreProcess server = ObjectStoreProcess.start(folder)) {
            server.createBucket("cold");
            Configuration cluster = Configuration.fromMap(server.flinkOptions());
            FileSystem.initialize(cluster, null);
            try (ColdStore ranged = ColdStores.open(ROOT, cluster, ColdTimeouts.DEFAULT);
                    ColdStore flink = new FlinkColdStore(URI.create(ROOT))) {
                byte[] object = new byte[OBJECT_BYTES];
                new Random(1).nextBytes(object);
                ranged.put(NAME, object);
                Map<String, ColdStore> stores = new LinkedHashMap<>();
                stores.put("ranged GET", ranged);
                stores.put("Flink's S3", flink);
                measure(stores, report);
            }
        } finally {
            FileUtils.deleteDirectory(folder.toFile());
        }
        if (options.json != null) {
            report.writeJson(options.json);
        }
        return report.exitCode();
    }

    private void measure(Map<String, ColdStore> stores, BenchReport report) throws Exception {
        TextTable table = new TextTable("range", "threads", "way", "reads/s", "p50 ms", "p99 ms");
        for (int bytes : RANGE_BYTES) {
            for (int threads : THREADS) {
                Map<String, List<RangeReads>> rounds = new LinkedHashMap<>();
                for (int round = -WARM_UP_ROUNDS; round < (options.quick ? QUICK_ROUNDS : ROUNDS); round++) {
                    for (Map.Entry<String, ColdStore> way : stores.entrySet()) {
                        RangeReads reads =
                                RangeReads.measure(way.getValue(), NAME, OBJECT_BYTES, bytes, threads, ROUND_MILLIS);
                        if (round >= 0) {
                            rounds.computeIfAbsent(way.getKey(), first -> new ArrayList<>())
                                    .add(reads);
                        }
                    }
                }
                rounds.forEach((way, all) -> show(bytes, threads, way, all, table, report));
            }
        }
        table.print(System.out);
    }

    private static void show(
            int bytes, int threads, String way, List<RangeReads> rounds, TextTable table, BenchReport report) {
        RangeReads median = RangeReads.median(rounds);
        table.row(
                (bytes >> 10) + " KiB",
                String.valueOf(threads),
                way,
                String.format(Locale.ROOT, "%.0f", median.perSecond()),
                String.format(Locale.ROOT, "%.2f", median.p50Millis()),
                String.format(Locale.ROOT, "%.2f", median.p99Millis()));
        report.figure(way + " " + (bytes >> 10) + "k x" + threads + " reads/s", median.perSecond());
    }
}
