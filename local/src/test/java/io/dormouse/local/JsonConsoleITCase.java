// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** What a console producer and a console consumer do: lines of JSON as plain strings, without keys. */
final class JsonConsoleITCase {
    @Test
    void oneLineOfJsonIsRememberedAndOneLineOfJsonIsAnswered() throws Exception {
        try (EmbeddedStack stack = EmbeddedStack.start(StackOptions.defaults());
                KafkaProducer<String, String> producer = new KafkaProducer<>(
                        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, stack.bootstrap()),
                        new StringSerializer(),
                        new StringSerializer())) {
            RecordMetadata place = send(
                    producer,
                    "ingest",
                    "{\"namespace\": \"notes\", \"id\": \"a7\", \"vector\": [0.1, -2.5, 0.75], \"payload\": \"On sleep\"}");
            send(
                    producer,
                    "queries",
                    "{\"id\": \"q1\", \"namespace\": \"notes\", \"vector\": [0.1, -2.5, 0.7], \"k\": 5, \"after\": [{\"partition\": "
                            + place.partition() + ", \"offset\": " + place.offset() + "}]}");
            ConsumerRecord<String, String> result = first(stack.bootstrap(), "results");
            assertThat(result.key()).isEqualTo("q1");
            assertThat(result.value())
                    .startsWith("{")
                    .contains("\"queryId\":\"q1\"", "\"id\":\"a7\"", "\"payload\":\"On sleep\"")
                    .doesNotContain("\n");
        }
    }

    private static RecordMetadata send(KafkaProducer<String, String> producer, String topic, String line)
            throws Exception {
        return producer.send(new ProducerRecord<>(topic, line)).get(3, TimeUnit.MINUTES);
    }

    private static ConsumerRecord<String, String> first(String bootstrap, String topic) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ConsumerConfig.GROUP_ID_CONFIG,
                        "console",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    return record;
                }
            }
            throw new AssertionError("nothing came on " + topic + " within three minutes");
        }
    }
}
