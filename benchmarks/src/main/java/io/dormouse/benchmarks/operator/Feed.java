// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.operator;

import io.dormouse.jobs.JobEnds;
import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.state.shard.ShardKey;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.connector.base.source.reader.synchronization.FutureCompletingBlockingQueue;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Topics in this process, in the place of Kafka's: what the benchmark sends lies in bounded queues, from which the job's
 * sources take it at once; what the job's sinks write is handed to a listener in the thread of the task that writes it.
 * Everything between is the job as it ships.
 *
 * <p>Nothing is kept: a job that starts again goes on with what is sent then. Sources and sinks are serialized into the
 * job, so they name their feed, and find it in a table of this process.
 */
public final class Feed implements JobEnds, AutoCloseable {
    private static final Map<String, Feed> FEEDS = new ConcurrentHashMap<>();

    /** Records that wait in a queue; a sender of more waits. */
    private static final int QUEUE_MAX = 4_096;

    private static final Consumer<OutputRecord> NOBODY = record -> {};

    private final String id = UUID.randomUUID().toString();
    private final int parallelism;
    private final Map<String, Partition> partitions = new ConcurrentHashMap<>();
    private final Map<String, Consumer<OutputRecord>> listeners = new ConcurrentHashMap<>();

    /** One partition of one topic. */
    private static final class Partition {
        final FutureCompletingBlockingQueue<KafkaRecord> queue = new FutureCompletingBlockingQueue<>(QUEUE_MAX);
        final AtomicLong offset = new AtomicLong();
    }

    /** @param parallelism of the job, and partitions of each topic */
    public Feed(int parallelism) {
        this.parallelism = parallelism;
        FEEDS.put(id, this);
    }

    static Feed of(String id) {
        return Objects.requireNonNull(FEEDS.get(id), "a feed that is open");
    }

    @Override
    public Source<KafkaRecord, ?, ?> source(ConfigOption<String> topic) {
        return new FeedSource(id, topic.key());
    }

    @Override
    public Sink<OutputRecord> sink(ConfigOption<String> topic) {
        return new FeedSink(id, topic.key());
    }

    @Override
    public Sink<OutputRecord> results(String name) {
        return new FeedSink(id, RetrievalOptions.RESULTS_TOPIC.key());
    }

    /**
     * Sends a record to the partition that its namespace has in every topic; waits while that has no room. One thread may
     * send to a topic at a time, or offsets are out of order.
     */
    public void send(ConfigOption<String> topic, String namespace, byte[] value) {
        int number = topic == RetrievalOptions.NAMESPACES_TOPIC ? 0 : subtask(namespace, parallelism);
        Partition partition = partition(topic.key(), number);
        KafkaRecord record = new KafkaRecord(
                topic.key(), number, partition.offset.getAndIncrement(), System.currentTimeMillis(), null, value);
        try {
            partition.queue.put(0, record);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending to " + topic.key(), e);
        }
    }

    /** Hears of every record written to a topic from now on, in the writing task's thread: it should be quick. */
    public void listen(ConfigOption<String> topic, Consumer<OutputRecord> listener) {
        listeners.put(topic.key(), listener);
    }

    void written(String topic, OutputRecord record) {
        listeners.getOrDefault(topic, NOBODY).accept(record);
    }

    KafkaRecord poll(String topic, int partition) {
        return partition(topic, partition).queue.poll();
    }

    CompletableFuture<Void> available(String topic, int partition) {
        return partition(topic, partition).queue.getAvailabilityFuture();
    }

    private Partition partition(String topic, int number) {
        return partitions.computeIfAbsent(topic + "/" + number, absent -> new Partition());
    }

    /** The instance of the paged memory that a namespace's first shard is in. */
    static int subtask(String namespace, int parallelism) {
        int maxParallelism = KeyGroupRangeAssignment.computeDefaultMaxParallelism(parallelism);
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                new ShardKey(namespace, 0), maxParallelism, parallelism);
    }

    @Override
    public void close() {
        FEEDS.remove(id);
    }
}
