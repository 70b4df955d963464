// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import io.dormouse.jobs.RetrievalJob;
import io.dormouse.jobs.RetrievalOptions;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The memory's job, pointed at one broker and its topics. */
final class EmbeddedJob implements Consumer<StreamExecutionEnvironment> {
    private final Configuration configuration;

    /**
     * A job.
     *
     * @param coldPath where its cold pages go, absent = nowhere
     * @param options the job's own, which win over what is set here
     */
    EmbeddedJob(String bootstrap, Topics topics, Optional<String> coldPath, Configuration options) {
        this.configuration = new Configuration();
        configuration.set(RetrievalOptions.BOOTSTRAP_SERVERS, Objects.requireNonNull(bootstrap));
        configuration.set(RetrievalOptions.INGEST_TOPIC, topics.ingest());
        configuration.set(RetrievalOptions.QUERIES_TOPIC, topics.queries());
        configuration.set(RetrievalOptions.NAMESPACES_TOPIC, topics.namespaces());
        configuration.set(RetrievalOptions.RESULTS_TOPIC, topics.results());
        configuration.set(RetrievalOptions.DEAD_LETTERS_TOPIC, topics.deadLetters());
        configuration.set(RetrievalOptions.EVENTS_TOPIC, topics.events());
        coldPath.ifPresent(path -> configuration.set(RetrievalOptions.COLD_PATH, path));
        configuration.addAll(options);
    }

    @Override
    public void accept(StreamExecutionEnvironment environment) {
        RetrievalJob.build(environment, configuration);
    }
}
