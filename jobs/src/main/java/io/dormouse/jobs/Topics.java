// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.OutputRecord;
import java.util.Objects;
import java.util.Properties;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Makes the Kafka sources and sinks of a job from its options. */
public final class Topics implements JobEnds {
    private final ReadableConfig config;

    public Topics(ReadableConfig config) {
        this.config = Objects.requireNonNull(config, "config");
    }

    /** A source of one topic, from its first record on when there is no state to go on from. */
    @Override
    public KafkaSource<KafkaRecord> source(ConfigOption<String> topic) {
        return KafkaSource.<KafkaRecord>builder()
                .setBootstrapServers(config.get(RetrievalOptions.BOOTSTRAP_SERVERS))
                .setGroupId(config.get(RetrievalOptions.GROUP))
                .setTopics(config.get(topic))
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new KafkaRecordReader())
                .setProperties(clientProperties())
                .setProperty(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "100")
                .setProperty(
                        ConsumerConfig.CLIENT_ID_CONFIG, config.get(RetrievalOptions.GROUP) + "-" + config.get(topic))
                .build();
    }

    /** A sink to one topic that may repeat records after a failure, but loses none. */
    @Override
    public KafkaSink<OutputRecord> sink(ConfigOption<String> topic) {
        return sink(topic, DeliveryGuarantee.AT_LEAST_ONCE, "");
    }

    /** A sink to the results topic, with the delivery that is configured. */
    @Override
    public KafkaSink<OutputRecord> results(String name) {
        return sink(RetrievalOptions.RESULTS_TOPIC, config.get(RetrievalOptions.RESULTS_DELIVERY), name);
    }

    private KafkaSink<OutputRecord> sink(ConfigOption<String> topic, DeliveryGuarantee delivery, String name) {
        Properties producer = clientProperties();
        producer.setProperty(
                ProducerConfig.LINGER_MS_CONFIG,
                Long.toString(config.get(RetrievalOptions.RESULTS_LINGER).toMillis()));
        return KafkaSink.<OutputRecord>builder()
                .setBootstrapServers(config.get(RetrievalOptions.BOOTSTRAP_SERVERS))
                .setKafkaProducerConfig(producer)
                .setRecordSerializer(new OutputRecordWriter(config.get(topic)))
                .setDeliveryGuarantee(delivery)
                .setTransactionalIdPrefix(config.get(RetrievalOptions.GROUP) + "-" + config.get(topic) + name)
                .build();
    }

    /** What every Kafka client of the job is given. */
    Properties clientProperties() {
        Properties properties = new Properties();
        try {
            properties.putAll(config.get(RetrievalOptions.KAFKA_PROPERTIES));
        } catch (IllegalArgumentException e) {
            // Flink's message, and so the cause, holds the value.
            throw new IllegalArgumentException("option " + RetrievalOptions.KAFKA_PROPERTIES.key()
                    + " is no map; its value is not shown, for it may hold passwords: give each property as an option of its own, "
                    + RetrievalOptions.KAFKA_PROPERTIES.key() + ".NAME");
        }
        return properties;
    }
}
