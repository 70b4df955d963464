// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.e2e;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends queries to one topic and receives results from another, as fast as they are answered or at a given pace. A query's
 * id is its number; the record that comes back has it as its key. One thread sends, one receives.
 */
public final class LoadDriver implements AutoCloseable {
    private static final int LATENCIES_MAX = 1 << 20;

    private final String queriesTopic;
    private final LongFunction<byte[]> queries;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread receiver;
    private final AtomicLong received = new AtomicLong();
    private final long[] sentNanos = new long[LATENCIES_MAX];
    private final long[] latencyNanos = new long[LATENCIES_MAX];
    private final byte[][] values = new byte[LATENCIES_MAX][];
    private volatile boolean keepResults;
    private long next;

    /** @param queries the bytes of query number n, whose id is n */
    public LoadDriver(String bootstrap, String queriesTopic, String resultsTopic, LongFunction<byte[]> queries) {
        this.queriesTopic = queriesTopic;
        this.queries = queries;
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ProducerConfig.LINGER_MS_CONFIG,
                        1,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        256 * 1024),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(resultsTopic).stream()
                .map(p -> new TopicPartition(p.topic(), p.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        this.receiver = new Thread(this::receive, "results of " + resultsTopic);
        receiver.setDaemon(true);
        receiver.start();
    }

    /** What a paced run saw: sorted latencies in milliseconds, and the results themselves. */
    public record Paced(double[] latencyMillis, List<byte[]> results) {
        public double percentile(double share) {
            return latencyMillis[(int) Math.min(latencyMillis.length - 1L, (long) (share * latencyMillis.length))];
        }
    }

    /** Keeps a window of queries in flight for a time and returns answers per second. */
    public double saturate(Duration duration, int window) {
        long start = System.nanoTime();
        long end = start + duration.toNanos();
        long before = received.get();
        long sentBefore = next;
        while (System.nanoTime() < end) {
            if (next - sentBefore - (received.get() - before) < window) {
                send(next++);
            } else {
                LockSupport.parkNanos(1_000_000);
            }
        }
        double rate = (received.get() - before) / ((System.nanoTime() - start) / 1e9);
        awaitReceived(before + next - sentBefore);
        return rate;
    }

    /** Sends at a constant pace, whatever the answers do, and measures each from when it was due. */
    public Paced pace(Duration duration, int perSecond) {
        keepResults = true;
        long first = next;
        long before = received.get();
        long start = System.nanoTime();
        int count = Math.toIntExact(duration.toMillis() * perSecond / 1000);
        for (int i = 0; i < count; i++) {
            long due = start + i * 1_000_000_000L / perSecond;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
            }
            sentNanos[(int) (next % LATENCIES_MAX)] = due;
            send(next++);
        }
        awaitReceived(before + count);
        double[] millis = new double[count];
        byte[][] results = new byte[count][];
        for (int i = 0; i < count; i++) {
            int slot = (int) ((first + i) % LATENCIES_MAX);
            millis[i] = latencyNanos[slot] / 1e6;
            results[i] = values[slot];
            values[slot] = null;
        }
        keepResults = false;
        Arrays.sort(millis);
        return new Paced(millis, Arrays.asList(results));
    }

    private void send(long number) {
        byte[] key = Long.toString(number).getBytes(StandardCharsets.US_ASCII);
        producer.send(new ProducerRecord<>(queriesTopic, key, queries.apply(number)));
    }

    private void awaitReceived(long count) {
        long giveUp = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (received.get() < count) {
            if (System.nanoTime() > giveUp) {
                throw new IllegalStateException(
                        (count - received.get()) + " queries to " + queriesTopic + " were not answered within 60 s");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void receive() {
        try {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    long now = System.nanoTime();
                    int slot = (int) (number(record.key()) % LATENCIES_MAX);
                    latencyNanos[slot] = now - sentNanos[slot];
                    if (keepResults) {
                        values[slot] = record.value();
                    }
                    received.incrementAndGet();
                }
            }
        } catch (WakeupException e) {
            consumer.close();
        }
    }

    private static long number(byte[] key) {
        long number = 0;
        for (byte digit : key) {
            number = number * 10 + digit - '0';
        }
        return number;
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            receiver.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofSeconds(5));
    }
}
