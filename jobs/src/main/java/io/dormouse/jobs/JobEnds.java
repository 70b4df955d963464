// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.OutputRecord;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.ConfigOption;

/** Where the records of a job come from and where its outputs go: Kafka's {@link Topics}, or what stands in for them. */
public interface JobEnds {
    /** A source of one topic. */
    Source<KafkaRecord, ?, ?> source(ConfigOption<String> topic);

    /** A sink to one topic. */
    Sink<OutputRecord> sink(ConfigOption<String> topic);

    /** A sink to the results topic; {@code name} tells two of them in one job apart. */
    Sink<OutputRecord> results(String name);
}
