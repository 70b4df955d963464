// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import io.dormouse.jobs.RetrievalJob;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The memory's job, pointed at one broker and its topics. */
final class EmbeddedJob implements Consumer<StreamExecutionEnvironment> {
    private final Configuration configuration;

    /** {@code options} are the job's own and win over what is set here. */
    EmbeddedJob(String bootstrap, Topics topics, Configuration options) {
        this.configuration = new Configuration();
        configuration.setString("kafka.bootstrap-servers", Objects.requireNonNull(bootstrap));
        configuration.setString("topics.ingest", topics.ingest());
        configuration.setString("topics.queries", topics.queries());
        configuration.setString("topics.namespaces", topics.namespaces());
        configuration.setString("topics.results", topics.results());
        configuration.setString("topics.dead-letters", topics.deadLetters());
        configuration.setString("topics.events", topics.events());
        configuration.addAll(options);
    }

    @Override
    public void accept(StreamExecutionEnvironment environment) {
        RetrievalJob.build(environment, configuration);
    }
}
