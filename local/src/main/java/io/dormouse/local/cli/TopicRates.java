// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.local.client.Broker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/** Reads how many records topics hold, and how fast they grow. */
final class TopicRates implements AutoCloseable {
    private final Admin admin;
    private final List<String> topics;
    private final Map<String, Long> before = new HashMap<>();
    private long beforeNanos;

    /** {@code records} were ever written to {@code topic}, -1 when it does not exist; {@code perSecond} since last. */
    record Rate(String topic, double perSecond, long records) {}

    TopicRates(Broker broker, List<String> topics) {
        this.admin = Admin.create(broker.client(Map.of()));
        this.topics = List.copyOf(topics);
        next();
    }

    /** One rate a topic, since the last call. */
    List<Rate> next() {
        long now = System.nanoTime();
        double seconds = Math.max(1e-3, (now - beforeNanos) / 1e9);
        List<Rate> rates = new ArrayList<>();
        for (String topic : topics) {
            Optional<Long> records = records(topic);
            long grown = records.orElse(0L) - before.getOrDefault(topic, records.orElse(0L));
            rates.add(new Rate(topic, grown / seconds, records.orElse(-1L)));
            records.ifPresent(count -> before.put(topic, count));
        }
        beforeNanos = now;
        return rates;
    }

    private Optional<Long> records(String topic) {
        try {
            TopicDescription description = admin.describeTopics(List.of(topic))
                    .topicNameValues()
                    .get(topic)
                    .get();
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            description
                    .partitions()
                    .forEach(partition ->
                            ends.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
            long records = 0;
            for (var end : admin.listOffsets(ends).all().get().values()) {
                records += end.offset();
            }
            return Optional.of(records);
        } catch (ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
