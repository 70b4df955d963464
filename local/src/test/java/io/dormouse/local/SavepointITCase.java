// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.jobs.audit.StateDigest;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.local.sample.ArxivSample;
import io.dormouse.schema.EventType;
import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.NamespaceOp;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.TaskManagerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One job is interrupted, another is not; both read the same ingest topic and must end with the same memory. */
final class SavepointITCase {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int PAPERS = 6_000;

    private static EmbeddedStack stack;
    private static ArxivSample sample;

    @BeforeAll
    static void start() throws Exception {
        Configuration slots = new Configuration();
        slots.set(TaskManagerOptions.NUM_TASK_SLOTS, 6);
        // Only the checkpoints that a test asks for.
        stack = EmbeddedStack.start(StackOptions.defaults()
                .withCheckpointInterval(Duration.ofHours(1))
                .withOptions(slots, new Configuration()));
        sample = ArxivSample.load(PAPERS);
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void aMemoryStoppedWithSavepointsAndRescaledTwiceEndsLikeAnUninterruptedOne() throws Exception {
        PaperChanges papers = new PaperChanges(sample);
        try (Peer uninterrupted = new Peer("stop", "uninterrupted");
                Peer interrupted = new Peer("stop", "interrupted")) {
            papers.send(uninterrupted.client, 2_000);
            interrupted.await(papers);

            papers.send(uninterrupted.client, 3_000); // is under way when the job stops
            String first = interrupted.job.stopWithSavepoint();
            assertThat(StateDigest.of(first).examples()).isEmpty();
            interrupted.job.restore(first, 1);
            papers.send(uninterrupted.client, 4_500);
            interrupted.job.restore(interrupted.job.stopWithSavepoint(), 2);

            papers.send(uninterrupted.client, PAPERS);
            assertSame(interrupted, uninterrupted, papers);
        }
    }

    @Test
    void aMemoryRestoredFromACheckpointAfterACrashEndsLikeAnUninterruptedOne() throws Exception {
        PaperChanges papers = new PaperChanges(sample);
        try (Peer uninterrupted = new Peer("crash", "uninterrupted");
                Peer interrupted = new Peer("crash", "interrupted")) {
            papers.send(uninterrupted.client, 3_000); // is under way when the checkpoint is taken
            String checkpoint = stack.flink().checkpoint(interrupted.job.id());
            papers.send(uninterrupted.client, 5_000);
            interrupted.await(papers); // what the checkpoint has not is applied now, and again later
            stack.flink().cancel(interrupted.job.id());

            interrupted.job.restore(checkpoint, 2);
            papers.send(uninterrupted.client, PAPERS);
            assertSame(interrupted, uninterrupted, papers);
        }
    }

    private static void assertSame(Peer interrupted, Peer uninterrupted, PaperChanges papers) throws Exception {
        interrupted.await(papers);
        uninterrupted.await(papers);
        assertThat(interrupted.reader(papers).answers(40))
                .isEqualTo(uninterrupted.reader(papers).answers(40));
        StateDigest digest = StateDigest.of(interrupted.job.stopWithSavepoint());
        assertThat(digest.examples()).isEmpty();
        assertThat(digest.items()).isEqualTo(papers.items()).isLessThan(PAPERS);
        assertThat(digest.namespaces()).isEqualTo(4);
        assertThat(digest.shards()).isEqualTo(7);
        assertThat(digest).isEqualTo(StateDigest.of(uninterrupted.job.stopWithSavepoint()));
    }

    /** A job of its own that shares an ingest topic with others. */
    private static final class Peer implements AutoCloseable {
        final RunningJob job;
        final MemoryClient client;

        Peer(String ingest, String name) {
            String prefix = ingest + "-" + name + "-";
            Topics topics = new Topics(
                    ingest + "-ingest",
                    prefix + "queries",
                    prefix + "namespaces",
                    prefix + "results",
                    prefix + "dead-letters",
                    prefix + "events",
                    prefix + "access-log");
            job = RunningJob.start(stack, topics, new Configuration().set(RetrievalOptions.GROUP, prefix + "job"), 2);
            client = new MemoryClient(stack.bootstrap(), topics);
            NamespaceCommand create = NamespaceCommand.newBuilder()
                    .setId("create")
                    .setOp(NamespaceOp.CREATE)
                    .setNamespace(PaperChanges.SPREAD)
                    .setDimension(sample.dimension())
                    .setPartitions(4)
                    .build();
            assertThat(client.command(create, TIMEOUT).join().getType()).isEqualTo(EventType.NAMESPACE_CREATED);
        }

        void await(PaperChanges papers) {
            reader(papers).awaitAll();
        }

        PaperReader reader(PaperChanges papers) {
            return new PaperReader(client, papers);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
