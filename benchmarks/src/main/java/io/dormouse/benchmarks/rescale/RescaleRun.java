// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.rescale;

import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.process.ComparedMemory;
import io.dormouse.cluster.JobRun;
import io.dormouse.jobs.audit.StateDigest;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.Hit;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.Vectors;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Papers stream into a memory of several namespaces that is stopped with a savepoint again and again before it has read all that
 * was sent, and goes on at another parallelism; then into one that is left alone.
 */
public final class RescaleRun implements AutoCloseable {
    private static final int NAMESPACES = 8;
    private static final int PARALLELISM_MAX = 4;
    private static final int QUESTIONS = 200;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final ComparedMemory memory;
    private final VectorSet set;
    private final int papers;
    private final AfterToken[] last = new AfterToken[NAMESPACES];

    /** What a memory holds, and the ids it answers with. */
    public record Outcome(StateDigest digest, List<List<String>> answers) {}

    /** @param papers how many of the set's rows are streamed */
    public RescaleRun(VectorSet set, int papers) throws IOException {
        this.set = set;
        this.papers = papers;
        this.memory = new ComparedMemory(
                options -> options.withParallelism(PARALLELISM_MAX).withTaskManagers(List.of(List.of(), List.of())));
        memory.stack().job().cancel();
    }

    /** Streams the papers through jobs of these parallelisms, an equal share each. */
    public Outcome rescaled(List<Integer> parallelisms) throws Exception {
        Optional<String> savepoint = Optional.empty();
        try (MemoryClient client = memory.client()) {
            for (int i = 0; i < parallelisms.size(); i++) {
                memory.stack().submit(new JobRun(memory.stack().jobArguments(), parallelisms.get(i), savepoint));
                send(client, i * papers / parallelisms.size(), (i + 1) * papers / parallelisms.size());
                if (i + 1 < parallelisms.size()) {
                    savepoint = Optional.of(memory.stack().job().stopWithSavepoint());
                }
            }
        }
        return outcome();
    }

    /** The same papers in a job that nobody disturbs. */
    public Outcome undisturbed(int parallelism) throws Exception {
        memory.startSecond(parallelism);
        return outcome();
    }

    private void send(MemoryClient client, int from, int to) {
        List<CompletableFuture<AfterToken>> sent = new ArrayList<>();
        for (int row = from; row < to; row++) {
            sent.add(client.ingest(set.named(namespace(row)).item(row)));
        }
        client.flush();
        for (int row = Math.max(from, to - NAMESPACES); row < to; row++) {
            last[row % NAMESPACES] = sent.get(row - from).join();
        }
    }

    private Outcome outcome() throws Exception {
        List<List<String>> answers = new ArrayList<>();
        try (MemoryClient client = memory.client()) {
            for (int namespace = 0; namespace < NAMESPACES; namespace++) {
                memory.awaitApplied(client, question(namespace), last[namespace]);
            }
            for (int query = 0; query < QUESTIONS; query++) {
                answers.add(ids(client, query));
            }
        }
        return new Outcome(memory.digest(), answers);
    }

    private List<String> ids(MemoryClient client, int query) {
        QueryRecord question =
                question(query).setId(UUID.randomUUID().toString()).build();
        QueryResult result = client.ask(question, TIMEOUT).join().result();
        if (result.getError() != null || result.getPartial()) {
            throw new IllegalStateException("query " + query + " was not answered whole: " + result);
        }
        return result.getHits().stream().map(Hit::getId).toList();
    }

    /** Exact search: two memories that hold the same may divide it differently into pages. */
    private QueryRecord.Builder question(int query) {
        return QueryRecord.newBuilder()
                .setId("")
                .setNamespace(namespace(query))
                .setVector(Vectors.toBytes(set.queries()[query]))
                .setK(10)
                .setRecallTarget(1f);
    }

    private String namespace(int row) {
        return set.name() + "-" + row % NAMESPACES;
    }

    @Override
    public void close() throws IOException {
        memory.close();
    }
}
