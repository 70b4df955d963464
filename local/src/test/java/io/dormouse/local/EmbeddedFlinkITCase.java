// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedFlinkITCase {
    @TempDir
    private Path folder;

    @Test
    void aJobIsStoppedWithASavepointAndGoesOnFromIt() throws Exception {
        // Only the checkpoint that the test asks for.
        Configuration options =
                new Configuration().set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofHours(1));
        try (EmbeddedFlink flink = EmbeddedFlink.start(folder, 0, 2, options)) {
            JobID first = flink.submit(EmbeddedFlinkITCase::countingJob);
            awaitRunning(flink, first);
            String savepoint = flink.stopWithSavepoint(first);
            assertThat(flink.status(first)).isEqualTo(JobStatus.FINISHED);

            JobID second = flink.restore(EmbeddedFlinkITCase::countingJob, savepoint);
            awaitRunning(flink, second);
            assertThat(web(flink, "/jobs/" + second + "/checkpoints")).contains("\"restored\":{\"id\":");
            String checkpoint = flink.checkpoint(second);
            flink.cancel(second);
            assertThat(LatestCheckpoint.in(folder.resolve("checkpoints")))
                    .hasValueSatisfying(latest -> assertThat(checkpoint).contains(latest.toString()));
        }
    }

    @Test
    void theWebInterfaceIsServedAndATemporaryFolderRemoved() throws Exception {
        WorkDirectory directory = WorkDirectory.temporary("dormouse-test");
        try (EmbeddedFlink flink = EmbeddedFlink.start(directory, 0, 1, new Configuration())) {
            awaitWeb(flink, "/", "Apache Flink Web Dashboard");
            assertThat(flink.webAddress().getHost()).isEqualTo("127.0.0.1");
        }
        assertThat(directory.path()).doesNotExist();
    }

    private static void countingJob(StreamExecutionEnvironment environment) {
        DataGeneratorSource<Long> numbers = new DataGeneratorSource<>(
                number -> number, Long.MAX_VALUE, RateLimiterStrategy.perSecond(100), Types.LONG);
        environment
                .fromSource(numbers, WatermarkStrategy.noWatermarks(), "numbers")
                .uid("numbers")
                .sinkTo(new DiscardingSink<>())
                .uid("sink");
    }

    private static void awaitRunning(EmbeddedFlink flink, JobID job) throws Exception {
        awaitWeb(flink, "/jobs/" + job, "\"RUNNING\":2");
    }

    private static void awaitWeb(EmbeddedFlink flink, String path, String expected) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!web(flink, path).contains(expected)) {
            assertThat(System.nanoTime())
                    .as("deadline for %s to say %s", path, expected)
                    .isLessThan(deadline);
        }
    }

    private static String web(EmbeddedFlink flink, String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(flink.webAddress().resolve(path)).build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
