// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.e2e;

import io.dormouse.benchmarks.load.QueryTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

/** Queries to one topic and results from another; the record that comes back has the query's number as its key. */
public final class KafkaTransport implements QueryTransport {
    private final String queriesTopic;
    private final LongFunction<byte[]> queries;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private Thread thread;

    /** @param queries the bytes of query number n, whose id is n */
    public KafkaTransport(String bootstrap, String queriesTopic, String resultsTopic, LongFunction<byte[]> queries) {
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
    }

    @Override
    public void start(Receiver receiver) {
        thread = new Thread(() -> receive(receiver), "results of " + queriesTopic);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void send(long number) {
        producer.send(new ProducerRecord<>(queriesTopic, QueryTransport.key(number), queries.apply(number)));
    }

    private void receive(Receiver receiver) {
        try {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    receiver.answered(QueryTransport.number(record.key()), record.value());
                }
            }
        } catch (WakeupException e) {
            consumer.close();
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofSeconds(5));
    }
}
