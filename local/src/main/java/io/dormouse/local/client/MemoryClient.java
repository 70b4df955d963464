// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.client;

import io.dormouse.local.Topics;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Speaks to a memory through Kafka: sends items, asks questions and waits for their answers. Questions leave at once
 * (linger 0); items are batched. Thread-safe.
 */
public final class MemoryClient implements AutoCloseable {
    /** Questions that may wait for their answer at a time; {@link #ask} blocks beyond. */
    public static final int IN_FLIGHT_MAX = 4096;

    private static final Duration BLOCK = Duration.ofSeconds(10);

    private final Broker broker;
    private final Topics topics;
    private final KafkaProducer<byte[], byte[]> items;
    private final KafkaProducer<byte[], byte[]> questions;
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
    private final Map<String, Pending> pending = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<MemoryEvent>> commands = new ConcurrentHashMap<>();
    private final List<TopicTail<?>> tails = new ArrayList<>();
    private boolean resultsFollowed;
    private boolean eventsFollowed;

    private record Pending(CompletableFuture<Answer> answer, long startNanos) {}

    /** Prepares to speak to the broker at {@code bootstrap}; connections are made when they are needed. */
    public MemoryClient(String bootstrap, Topics topics) {
        this(Broker.at(bootstrap), topics);
    }

    /** As {@link #MemoryClient(String, Topics)}, to a broker that may want to know who asks. */
    public MemoryClient(Broker broker, Topics topics) {
        this.broker = Objects.requireNonNull(broker);
        this.topics = Objects.requireNonNull(topics);
        this.items = producer(broker, 5);
        this.questions = producer(broker, 0);
    }

    /** Sends an item; the token is its place in the ingest topic, which a question's {@code after} may name. */
    public CompletableFuture<AfterToken> ingest(IngestRecord item) {
        byte[] value = WireCodec.INGEST.encode(item, WireFormat.AVRO);
        return send(items, topics.ingest(), item.getNamespace(), value);
    }

    /**
     * Asks a question. The future fails when there is no answer within {@code timeout}; an answer may be partial or carry
     * an error of its own.
     */
    public CompletableFuture<Answer> ask(QueryRecord question, Duration timeout) {
        followResults();
        inFlight.acquireUninterruptibly();
        String id = question.getId();
        Pending asked = new Pending(new CompletableFuture<>(), System.nanoTime());
        if (pending.putIfAbsent(id, asked) != null) {
            inFlight.release();
            throw new IllegalArgumentException("question '" + id + "' is being asked already: use another id");
        }
        CompletableFuture<Answer> answer = asked.answer().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        answer.whenComplete((result, failure) -> {
            pending.remove(id, asked);
            inFlight.release();
        });
        send(questions, topics.queries(), question.getNamespace(), WireCodec.QUERY.encode(question, WireFormat.AVRO))
                .exceptionally(failure -> {
                    answer.completeExceptionally(failure);
                    return null;
                });
        return answer;
    }

    /** Sends a command; the future yields the event that acknowledges or rejects it. */
    public CompletableFuture<MemoryEvent> command(NamespaceCommand command, Duration timeout) {
        followEvents();
        CompletableFuture<MemoryEvent> event = new CompletableFuture<>();
        commands.put(command.getId(), event);
        event.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> commands.remove(command.getId(), event));
        send(questions, topics.namespaces(), command.getNamespace(), WireCodec.COMMAND.encode(command, WireFormat.AVRO))
                .exceptionally(failure -> {
                    event.completeExceptionally(failure);
                    return null;
                });
        return event;
    }

    /** Waits until every item sent so far is in Kafka. */
    public void flush() {
        items.flush();
    }

    /** Begins to receive answers, so that the first question does not pay for it. */
    public synchronized void followResults() {
        if (!resultsFollowed) {
            tails.add(new TopicTail<>(broker, topics.results(), WireCodec.RESULT, (raw, result) -> complete(result)));
            resultsFollowed = true;
        }
    }

    private synchronized void followEvents() {
        if (!eventsFollowed) {
            tails.add(new TopicTail<>(broker, topics.events(), WireCodec.EVENT, (raw, event) -> complete(event)));
            eventsFollowed = true;
        }
    }

    private void complete(QueryResult result) {
        Pending asked = pending.get(result.getQueryId());
        if (asked != null) {
            asked.answer().complete(new Answer(result, System.nanoTime() - asked.startNanos()));
        }
    }

    private void complete(MemoryEvent event) {
        CompletableFuture<MemoryEvent> waiting =
                event.getCommandId() == null ? null : commands.get(event.getCommandId());
        if (waiting != null) {
            waiting.complete(event);
        }
    }

    private CompletableFuture<AfterToken> send(
            KafkaProducer<byte[], byte[]> producer, String topic, String key, byte[] value) {
        CompletableFuture<AfterToken> sent = new CompletableFuture<>();
        var record = new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
        producer.send(record, (metadata, failure) -> {
            if (failure != null) {
                sent.completeExceptionally(broker.explained(failure));
            } else {
                sent.complete(new AfterToken(metadata.partition(), metadata.offset()));
            }
        });
        return sent;
    }

    private static KafkaProducer<byte[], byte[]> producer(Broker broker, int lingerMillis) {
        return new KafkaProducer<>(
                broker.client(Map.of(
                        ProducerConfig.LINGER_MS_CONFIG,
                        lingerMillis,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        256 * 1024,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        16 * 1024 * 1024,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        BLOCK.toMillis())),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Override
    public void close() {
        tails.forEach(TopicTail::close);
        items.close(BLOCK);
        questions.close(BLOCK);
    }
}
