// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.client;

import io.dormouse.schema.MalformedRecordException;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Hands every record that a topic receives from now on to a listener, on a thread of its own. Once the constructor has
 * returned, nothing that is produced later is missed. Records that cannot be decoded are counted and passed over.
 *
 * @param <T> the topic's record type
 */
public final class TopicTail<T extends SpecificRecord> implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final WireCodec<T> codec;
    private final BiConsumer<ConsumerRecord<byte[], byte[]>, T> listener;
    private final AtomicLong undecodable = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;

    /** Starts to follow {@code topic} at {@code bootstrap} from its present end. */
    public TopicTail(
            String bootstrap,
            String topic,
            WireCodec<T> codec,
            BiConsumer<ConsumerRecord<byte[], byte[]>, T> listener) {
        this(Broker.at(bootstrap), topic, codec, listener);
    }

    /** As the other, of a broker that may want to know who asks. */
    public TopicTail(
            Broker broker, String topic, WireCodec<T> codec, BiConsumer<ConsumerRecord<byte[], byte[]>, T> listener) {
        this.codec = Objects.requireNonNull(codec);
        this.listener = Objects.requireNonNull(listener);
        this.consumer = new KafkaConsumer<>(
                broker.client(Map.of(
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        (int) TIMEOUT.toMillis(),
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        try {
            seekToEnd(broker, topic);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
        this.thread = new Thread(this::follow, "tail-" + topic);
        thread.setDaemon(true);
        thread.start();
    }

    private void seekToEnd(Broker broker, String topic) {
        try {
            List<PartitionInfo> partitions = consumer.partitionsFor(topic);
            if (partitions == null || partitions.isEmpty()) {
                throw new IllegalStateException("the broker at " + broker + " has no topic '" + topic
                        + "': create the topics, or start a stack with ./dormouse up");
            }
            List<TopicPartition> assigned = partitions.stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(assigned);
            consumer.seekToEnd(assigned);
            assigned.forEach(consumer::position); // seekToEnd is lazy: resolve it now
        } catch (KafkaException e) {
            throw broker.explained(e);
        }
    }

    private void follow() {
        try (consumer) {
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> raw : consumer.poll(Duration.ofSeconds(1))) {
                    deliver(raw);
                }
            }
        } catch (WakeupException e) {
            // close() woke the poll
        } catch (KafkaException e) {
            if (!closed) {
                throw e;
            }
        }
    }

    private void deliver(ConsumerRecord<byte[], byte[]> raw) {
        try {
            listener.accept(raw, codec.decode(raw.value(), WireFormat.AUTO));
        } catch (MalformedRecordException e) {
            undecodable.incrementAndGet();
        }
    }

    /** Records passed over because they could not be decoded. */
    public long undecodable() {
        return undecodable.get();
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
