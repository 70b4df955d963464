// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for the broker and its topics before the job is submitted, so that a wrong address is told to whoever submits it
 * and not, a minute later, to the log of a job that restarts for ever.
 *
 * <p>In application mode with high availability the main method runs again whenever a JobManager takes over, and its
 * failure would end the job for good. There the finding is only logged: the job that runs waits for its broker.
 */
final class BrokerCheck {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerCheck.class);
    private static final int TIMEOUT_SECONDS = 10;
    private static final List<ConfigOption<String>> TOPICS = List.of(
            RetrievalOptions.INGEST_TOPIC,
            RetrievalOptions.QUERIES_TOPIC,
            RetrievalOptions.NAMESPACES_TOPIC,
            RetrievalOptions.RESULTS_TOPIC,
            RetrievalOptions.DEAD_LETTERS_TOPIC,
            RetrievalOptions.EVENTS_TOPIC);

    private BrokerCheck() {}

    /**
     * Checks what the job's options name, unless they say not to.
     *
     * @param environment the configuration that the job is submitted with
     * @throws IllegalArgumentException when the broker does not answer or lacks a topic
     */
    static void check(ReadableConfig options, Properties client, ReadableConfig environment) {
        if (!options.get(RetrievalOptions.CHECK_TOPICS)) {
            return;
        }
        try {
            check(options, client);
        } catch (IllegalArgumentException e) {
            if (environment
                    .getOptional(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID)
                    .isEmpty()) {
                throw e;
            }
            LOG.warn("the job is submitted all the same, since it may be running already: {}", e.getMessage());
        }
    }

    private static void check(ReadableConfig options, Properties client) {
        String bootstrap = options.get(RetrievalOptions.BOOTSTRAP_SERVERS);
        Properties properties = new Properties();
        properties.putAll(client);
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_SECONDS * 1_000);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_SECONDS * 1_000);
        try (Admin admin = Admin.create(properties)) {
            Map<String, KafkaFuture<TopicDescription>> found = admin.describeTopics(
                            TOPICS.stream().map(options::get).distinct().toList())
                    .topicNameValues();
            for (ConfigOption<String> topic : TOPICS) {
                require(bootstrap, topic, options.get(topic), found.get(options.get(topic)));
            }
        } catch (KafkaException e) {
            throw new IllegalArgumentException(
                    "the broker at " + bootstrap + " cannot be asked for its topics: " + reason(e), e);
        }
    }

    private static void require(
            String bootstrap, ConfigOption<String> option, String topic, KafkaFuture<TopicDescription> found) {
        try {
            found.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof TimeoutException) {
                throw new IllegalArgumentException(
                        "no broker answers at " + bootstrap + " within " + TIMEOUT_SECONDS + " s: check --"
                                + RetrievalOptions.BOOTSTRAP_SERVERS.key()
                                + "; where only the cluster reaches it, give --"
                                + RetrievalOptions.CHECK_TOPICS.key() + " false",
                        cause);
            }
            if (cause instanceof UnknownTopicOrPartitionException) {
                throw new IllegalArgumentException(
                        "the broker at " + bootstrap + " has no topic '" + topic + "': create it, or set --"
                                + option.key() + " to one that exists",
                        cause);
            }
            throw new IllegalArgumentException(
                    "topic '" + topic + "' at " + bootstrap + " cannot be used: " + reason(cause), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalArgumentException("interrupted while " + bootstrap + " was asked for its topics", e);
        }
    }

    /** The message of the innermost cause: Kafka's outer ones say no more than that something failed. */
    private static String reason(Throwable failure) {
        return failure.getCause() == null ? failure.getMessage() : reason(failure.getCause());
    }
}
