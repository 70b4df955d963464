// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dormouse.local.observe.MonitoringFiles.Alert;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped dashboard and alerts beside a busy memory and a real Prometheus: every query of theirs finds its metrics. */
final class MonitoringITCase {
    private static final String GROUP = "flink_taskmanager_job_task_operator_dormouse_";
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(180);

    @TempDir
    private static Path folder;

    private static ObservedMemory memory;
    private static PrometheusProcess prometheus;
    private static ExecutorService worker;
    private static Future<?> work;

    @BeforeAll
    static void start() throws Exception {
        if (!Tools.PROMETHEUS.isInstalled()) {
            return;
        }
        memory = ObservedMemory.start();
        memory.fill();
        prometheus = PrometheusProcess.start(folder, memory.target(), MonitoringFiles.ALERTS);
        worker = Executors.newSingleThreadExecutor();
        work = worker.submit(() -> {
            while (!Thread.interrupted()) {
                memory.work();
            }
            return null;
        });
    }

    @BeforeEach
    void skipWithoutPrometheus() {
        Tools.PROMETHEUS.assumeInstalled();
    }

    @AfterAll
    static void stop() throws Exception {
        if (worker != null) {
            work.cancel(true);
            worker.shutdown();
            worker.awaitTermination(60, TimeUnit.SECONDS);
        }
        if (prometheus != null) {
            prometheus.close();
        }
        if (memory != null) {
            memory.close();
        }
    }

    @Test
    void everyPanelShowsSomething() throws Exception {
        for (var panel : MonitoringFiles.panelQueries().entrySet()) {
            await(() -> !prometheus.query(panel.getValue()).isEmpty(), panel.toString());
        }
    }

    @Test
    void everyAlertCanBeEvaluatedAndFindsItsMetrics() throws Exception {
        for (Alert alert : MonitoringFiles.alerts()) {
            prometheus.query(alert.expression());
            for (String metric : alert.metrics()) {
                await(() -> !prometheus.query(metric).isEmpty(), alert.name() + ": " + metric);
            }
        }
        await(() -> rules("health", "ok").size() == MonitoringFiles.alerts().size(), "all rules are evaluated");
    }

    @Test
    void deadLettersRaiseTheirAlertAndWhatIsWellRaisesNone() throws Exception {
        await(() -> rules("state", "firing").contains("DormouseDeadLetters"), "the alert on dead letters");
        assertThat(rules("state", "firing"))
                .doesNotContain("DormouseJobDown", "DormousePagesLost", "DormouseJobRestarting");
    }

    @Test
    void everyDocumentedMetricReachesPrometheus() throws Exception {
        assertThat(MonitoringFiles.documentedMetrics()).hasSizeGreaterThan(60);
        for (String metric : MonitoringFiles.documentedMetrics()) {
            await(() -> !prometheus.query(count(metric)).isEmpty(), metric);
        }
    }

    @Test
    void everyMetricIsDocumentedAndTextStaysAway() throws Exception {
        await(() -> !prometheus.query(count(".+")).isEmpty(), "any metric");
        String known = String.join("|", MonitoringFiles.documentedMetrics());
        assertThat(prometheus.names(
                        "{__name__=~\"" + GROUP + ".+\",__name__!~\"" + GROUP + "(" + known + ")(_count)?\"}"))
                .isEmpty();
    }

    private static String count(String metric) {
        return "count({__name__=~\"" + GROUP + metric + "\"})";
    }

    /** Names of the alerts of which Prometheus says so. */
    private static List<String> rules(String field, String value) throws Exception {
        List<String> names = new ArrayList<>();
        for (JsonNode rule : prometheus.rules()) {
            if (rule.path(field).asText().equals(value)) {
                names.add(rule.path("name").asText());
            }
        }
        return names;
    }

    private static void await(Callable<Boolean> condition, String what) throws Exception {
        long end = System.nanoTime() + WAIT_NANOS;
        while (!condition.call()) {
            assertThat(work.isDone()).as("the load has ended").isFalse();
            assertThat(System.nanoTime()).as("not within a minute: %s", what).isLessThan(end);
            Thread.sleep(200);
        }
    }
}
