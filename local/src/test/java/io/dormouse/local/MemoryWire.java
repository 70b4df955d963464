// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.local.client.TopicTail;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.WireCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A stock producer before a memory and stock consumers behind it: raw bytes in, every record that comes out. */
final class MemoryWire implements AutoCloseable {
    final Log<QueryResult> results;
    final Log<DeadLetter> deadLetters;
    final Log<MemoryEvent> events;

    private final EmbeddedStack stack;
    private final KafkaProducer<byte[], byte[]> producer;

    MemoryWire(EmbeddedStack stack) {
        this.stack = stack;
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        stack.bootstrap(),
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        16 << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        Topics topics = stack.topics();
        results = new Log<>(topics.results(), WireCodec.RESULT);
        deadLetters = new Log<>(topics.deadLetters(), WireCodec.DEAD_LETTER);
        events = new Log<>(topics.events(), WireCodec.EVENT);
    }

    /** Sends a record keyed by namespace and waits until Kafka has it. */
    RecordMetadata send(String topic, String namespace, byte[] value) throws Exception {
        return sendLater(topic, namespace, value).get(3, TimeUnit.MINUTES);
    }

    /** Sends a record keyed by namespace. */
    Future<RecordMetadata> sendLater(String topic, String namespace, byte[] value) {
        return producer.send(new ProducerRecord<>(topic, namespace.getBytes(StandardCharsets.UTF_8), value));
    }

    RecordMetadata send(String topic, String namespace, String json) throws Exception {
        return send(topic, namespace, json.getBytes(StandardCharsets.UTF_8));
    }

    /** The one result of a question that is sent now. */
    QueryResult ask(String id, String namespace, byte[] question) throws Exception {
        send(stack.topics().queries(), namespace, question);
        return answer(id);
    }

    QueryResult ask(String id, String namespace, String json) throws Exception {
        return ask(id, namespace, json.getBytes(StandardCharsets.UTF_8));
    }

    QueryResult answer(String id) throws InterruptedException {
        return results.await(result -> result.getQueryId().equals(id));
    }

    /** The dead letter of a record. */
    DeadLetter deadLetter(RecordMetadata place) throws InterruptedException {
        return deadLetters.await(letter -> letter.getTopic().equals(place.topic())
                && letter.getPartition() == place.partition()
                && letter.getOffset() == place.offset());
    }

    /** Every task is in its first attempt and runs. */
    void assertNeverRestarted() throws Exception {
        AccessExecutionGraph graph =
                stack.flink().cluster().getExecutionGraph(stack.job()).get(3, TimeUnit.MINUTES);
        assertThat(graph.getState()).isEqualTo(JobStatus.RUNNING);
        for (AccessExecutionVertex task : graph.getAllExecutionVertices()) {
            assertThat(task.getCurrentExecutionAttempt().getAttemptNumber())
                    .as(task.getTaskNameWithSubtaskIndex())
                    .isZero();
        }
    }

    @Override
    public void close() {
        producer.close();
        results.tail.close();
        deadLetters.tail.close();
        events.tail.close();
    }

    /** All records of a topic, as they come. */
    final class Log<T extends SpecificRecord> {
        private final TopicTail<T> tail;
        private final List<T> records = new ArrayList<>();

        Log(String topic, WireCodec<T> codec) {
            tail = new TopicTail<>(stack.bootstrap(), topic, codec, (raw, record) -> add(record));
        }

        private synchronized void add(T record) {
            records.add(record);
            notifyAll();
        }

        /** Those that have come so far. */
        synchronized List<T> all() {
            assertThat(tail.undecodable()).isZero();
            return List.copyOf(records);
        }

        /** The first one that fits, waiting for it up to three minutes: the first waits until the job runs. */
        synchronized T await(Predicate<T> fits) throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
            int seen = 0;
            while (true) {
                for (; seen < records.size(); seen++) {
                    if (fits.test(records.get(seen))) {
                        return records.get(seen);
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                assertThat(left)
                        .as("milliseconds left to wait; came: %s", records.size())
                        .isPositive();
                wait(left);
            }
        }

        /** Waits until this many have come. */
        void awaitCount(int count) throws InterruptedException {
            await(record -> records.size() >= count);
        }
    }
}
