// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.soak;

import io.dormouse.benchmarks.data.LoadedMemory;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.e2e.KafkaTransport;
import io.dormouse.benchmarks.load.AnswerQuality;
import io.dormouse.benchmarks.load.IngestPace;
import io.dormouse.benchmarks.load.LoadDriver;
import io.dormouse.benchmarks.load.LoadDriver.Paced;
import io.dormouse.benchmarks.process.Resident;
import io.dormouse.benchmarks.process.TemporaryStack;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.local.cluster.ProcessOptions;
import io.dormouse.local.cluster.ProcessStack;
import io.dormouse.schema.IngestOp;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.MalformedRecordException;
import io.dormouse.schema.MetricName;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A loaded memory as processes, with a cold tier, under a constant load of queries, updates and deletions with later returns,
 * so that as much lives at the end as in the beginning.
 */
public final class SoakRun implements AutoCloseable {
    private static final int HEAP_LOOKS = 10;

    private static final int K = 10;

    /** One in so many writes is a deletion; a later update of the item brings it back. */
    private static final int DELETIONS = 10;

    private final VectorSet set;
    private final TemporaryStack home;
    private final ProcessStack stack;
    private final MemoryClient client;
    private final LoadDriver driver;
    private final IngestPace ingest;
    private final int queriesPerSecond;
    private final Random random = new Random(17);
    private long unsound;

    /** @param home processes started with {@link #options} */
    public SoakRun(VectorSet set, TemporaryStack home, int queriesPerSecond, int writesPerSecond) throws Exception {
        this.set = set;
        this.home = home;
        this.queriesPerSecond = queriesPerSecond;
        stack = home.stack();
        LoadedMemory.load(stack, set, MetricName.COSINE);
        client = new MemoryClient(stack.bootstrap(), stack.topics());
        driver = new LoadDriver(new KafkaTransport(
                stack.bootstrap(),
                stack.topics().queries(),
                stack.topics().results(),
                number -> WireCodec.QUERY.encode(
                        LoadedMemory.query(
                                set, (int) (number % set.queries().length), Long.toString(number), K, List.of()),
                        WireFormat.AVRO)));
        ingest = new IngestPace(set.base().length, writesPerSecond, this::write);
    }

    /** A memory most of which is cold. */
    public static ProcessOptions options(ProcessOptions defaults) {
        return defaults.withFlink("taskmanager.memory.process.size", "2g")
                .withFlink("taskmanager.memory.managed.size", "384m")
                .withFlink("execution.checkpointing.interval", "10 s")
                .withJob("memory.hot-bytes-max", "200 mb")
                .withJob("memory.cold-age", "1 min")
                .withJob("format.results", "AVRO");
    }

    private void write(int row) {
        IngestRecord item = set.item(row);
        client.ingest(
                random.nextInt(DELETIONS) == 0
                        ? IngestRecord.newBuilder()
                                .setOp(IngestOp.DELETE)
                                .setNamespace(item.getNamespace())
                                .setId(item.getId())
                                .build()
                        : item);
    }

    /** Asks for a slice of time and looks at the TaskManager meanwhile. */
    public Sample slice(int minute, Duration duration) throws IOException, MalformedRecordException {
        long heap = Long.MAX_VALUE;
        Paced[] rounds = new Paced[HEAP_LOOKS];
        for (int i = 0; i < HEAP_LOOKS; i++) {
            rounds[i] = driver.pace(duration.dividedBy(HEAP_LOOKS), queriesPerSecond);
            heap = Math.min(heap, heapBytes());
            AnswerQuality quality =
                    AnswerQuality.of(set, number -> (int) (number % set.queries().length), K, List.of(rounds[i]));
            unsound += quality.partial() + quality.errors();
        }
        double[] millis = Stream.of(rounds)
                .flatMapToDouble(round -> Arrays.stream(round.latencyMillis()))
                .sorted()
                .toArray();
        return new Sample(
                minute,
                heap,
                Resident.bytes(stack.taskManager(0).handle()),
                filesBytes(),
                millis[millis.length / 2],
                millis[(int) (millis.length * 0.99)]);
    }

    private long heapBytes() {
        return Long.parseLong(stack.flink().rest().taskManagerMetric("taskmanager-0", "Status.JVM.Memory.Heap.Used"));
    }

    /** Files come and go while they are counted; those of a running checkpoint are links to others and count once. */
    private long filesBytes() throws IOException {
        Map<Object, Long> bytesByFile = new HashMap<>();
        try (Stream<Path> files = Files.walk(home.folder())) {
            for (Path file :
                    (Iterable<Path>) files.filter(each -> each.toString().endsWith(".sst"))::iterator) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                bytesByFile.put(attributes.fileKey(), attributes.size());
            }
        } catch (UncheckedIOException | NoSuchFileException e) {
            return filesBytes();
        }
        return bytesByFile.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How often the job was restarted. */
    public long restarts() {
        return stack.job().metric("numRestarts");
    }

    /** Checkpoints that have completed. */
    public long checkpoints() {
        return stack.job().metric("numberOfCompletedCheckpoints");
    }

    /** Answers so far that lacked something or had an error. */
    public long unsound() {
        return unsound;
    }

    @Override
    public void close() {
        ingest.close();
        driver.close();
        client.close();
    }
}
