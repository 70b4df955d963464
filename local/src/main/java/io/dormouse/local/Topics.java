// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import io.dormouse.local.client.Broker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;

/** The names of the memory's topics. */
public record Topics(
        String ingest,
        String queries,
        String namespaces,
        String results,
        String deadLetters,
        String events,
        String accessLog) {
    private static final long CREATE_TIMEOUT_SECONDS = 30;

    /** Refuses null names. */
    public Topics {
        Objects.requireNonNull(ingest);
        Objects.requireNonNull(queries);
        Objects.requireNonNull(namespaces);
        Objects.requireNonNull(results);
        Objects.requireNonNull(deadLetters);
        Objects.requireNonNull(events);
        Objects.requireNonNull(accessLog);
    }

    /** The names that the job has when nothing else is configured. */
    public static Topics defaults() {
        return new Topics("ingest", "queries", "namespaces", "results", "dead-letters", "events", "access-log");
    }

    /** All seven names. */
    public List<String> all() {
        return List.of(ingest, queries, namespaces, results, deadLetters, events, accessLog);
    }

    /**
     * Creates the topics that do not exist yet, and waits until these take records; the input and result topics get
     * {@code partitions}, the others one.
     */
    public void create(String bootstrap, int partitions) {
        create(Broker.at(bootstrap), partitions);
    }

    /** As {@link #create(String, int)}, at a broker that may want to know who asks. */
    public void create(Broker broker, int partitions) {
        try (Admin admin = Admin.create(broker.client(Map.of()))) {
            List<NewTopic> wanted = new ArrayList<>();
            for (String name : all()) {
                boolean wide = name.equals(ingest) || name.equals(queries) || name.equals(results);
                wanted.add(new NewTopic(name, wide ? partitions : 1, (short) 1));
            }
            CreateTopicsResult created = admin.createTopics(wanted);
            Map<TopicPartition, OffsetSpec> made = new HashMap<>();
            for (NewTopic topic : wanted) {
                String failure = "topic '" + topic.name() + "' could not be created at " + broker;
                if (await(created.values().get(topic.name()), failure)) {
                    for (int partition = 0; partition < topic.numPartitions(); partition++) {
                        made.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
                    }
                }
            }
            awaitLeaders(broker, admin, made);
        }
    }

    /**
     * Waits until the broker knows that it leads the partitions. What idempotent producers send before may be lost: the
     * broker turns a first batch away and takes the next, and then the first is out of order for ever (KAFKA-15591).
     */
    private static void awaitLeaders(Broker broker, Admin admin, Map<TopicPartition, OffsetSpec> made) {
        ListOffsetsResult offsets = admin.listOffsets(made);
        for (TopicPartition partition : made.keySet()) {
            await(
                    offsets.partitionResult(partition),
                    "topic '" + partition.topic() + "' was created, but its partition " + partition.partition()
                            + " has no leader yet at " + broker);
        }
    }

    /** Waits until a step is done; false when it was none, because the topic exists already. */
    private static boolean await(KafkaFuture<?> step, String failure) {
        try {
            step.get(CREATE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw new IllegalStateException(failure + ": " + e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    failure + " within " + CREATE_TIMEOUT_SECONDS + " s: check the address and the broker's log", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: " + failure, e);
        }
    }
}
