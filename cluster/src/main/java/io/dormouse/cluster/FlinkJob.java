// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** One job, seen through its JobManager's {@link FlinkRest}. It stays the same over failures of either. */
public final class FlinkJob {
    /** Names of the states that a job does not leave. */
    static final Set<String> ENDED = Set.of("FAILED", "CANCELED", "FINISHED");

    private static final Duration SNAPSHOT_TIMEOUT = Duration.ofSeconds(120);

    private final FlinkRest rest;
    private final String id;

    FlinkJob(FlinkRest rest, String id) {
        this.rest = Objects.requireNonNull(rest);
        this.id = Objects.requireNonNull(id);
    }

    /** Its id, 32 hexadecimal digits. */
    public String id() {
        return id;
    }

    /** Its status, such as {@code RUNNING}. */
    public String status() {
        return details().path("state").asText();
    }

    /** Waits until every task runs. */
    public void awaitRunning(Duration timeout) {
        awaitRunningSince(Instant.EPOCH, timeout);
    }

    /**
     * Waits until every task runs and was deployed at {@code since} or later: after a fault it takes some seconds until
     * Flink knows that tasks which it believes to run are lost.
     *
     * @throws IllegalStateException when the job ends, or does not run in time; the message has its last failure
     */
    public void awaitRunningSince(Instant since, Duration timeout) {
        await("run", timeout, () -> {
            JsonNode details = details();
            if (ENDED.contains(details.path("state").asText())) {
                throw new IllegalStateException("job " + id + " has ended");
            }
            return allRun(details, since.toEpochMilli()) ? Optional.of(id) : Optional.empty();
        });
    }

    /** A metric of the job that is a whole number, such as {@code numRestarts}. */
    public long metric(String name) {
        return rest.get("/jobs/" + id + "/metrics?get=" + name)
                .path(0)
                .path("value")
                .asLong();
    }

    /** Path of the newest completed checkpoint, as a URI; absent = there is none yet. */
    public Optional<String> latestCheckpoint() {
        JsonNode latest = rest.get("/jobs/" + id + "/checkpoints").path("latest");
        JsonNode completed = latest.path("completed");
        JsonNode path = (completed.isObject() ? completed : latest.path("restored")).path("external_path");
        return path.isTextual() ? Optional.of(path.asText()) : Optional.empty();
    }

    /** Takes a checkpoint now and returns its path. */
    public String checkpoint() {
        String trigger = trigger("/checkpoints", FlinkRest.object());
        return await("take a checkpoint", SNAPSHOT_TIMEOUT, () -> {
            Optional<JsonNode> done = operation("/checkpoints/" + trigger);
            return done.map(
                    checkpoint -> checkpointPath(checkpoint.path("checkpointId").asLong()));
        });
    }

    /** Takes a savepoint into the cluster's folder of savepoints and returns its path. */
    public String savepoint() {
        ObjectNode request = FlinkRest.object();
        request.put("cancel-job", false);
        return savepoint(trigger("/savepoints", request));
    }

    /** Stops the job with a savepoint and returns that one's path. */
    public String stopWithSavepoint() {
        ObjectNode request = FlinkRest.object();
        request.put("drain", false);
        return savepoint(trigger("/stop", request));
    }

    /** Cancels the job and waits until it has ended. */
    public void cancel() {
        rest.patch("/jobs/" + id + "?mode=cancel");
        await("be canceled", SNAPSHOT_TIMEOUT, () -> Optional.of(status()).filter(ENDED::contains));
    }

    /** The stack trace of its last failure; empty when there was none. */
    public String lastFailure() {
        return rest.get("/jobs/" + id + "/exceptions")
                .path("exceptionHistory")
                .path("entries")
                .path(0)
                .path("stacktrace")
                .asText();
    }

    private String savepoint(String trigger) {
        return await(
                "take a savepoint",
                SNAPSHOT_TIMEOUT,
                () -> operation("/savepoints/" + trigger)
                        .map(done -> done.path("location").asText()));
    }

    private String trigger(String what, ObjectNode request) {
        return rest.post("/jobs/" + id + what, request).path("request-id").asText();
    }

    /** The result of something that was triggered; absent while it is under way. */
    private Optional<JsonNode> operation(String path) {
        JsonNode answer = rest.get("/jobs/" + id + path);
        if (!answer.path("status").path("id").asText().equals("COMPLETED")) {
            return Optional.empty();
        }
        JsonNode operation = answer.path("operation");
        if (operation.has("failure-cause")) {
            throw new IllegalStateException("job " + id + ": "
                    + operation.path("failure-cause").path("stack-trace").asText());
        }
        return Optional.of(operation);
    }

    private String checkpointPath(long number) {
        return rest.get("/jobs/" + id + "/checkpoints/details/" + number)
                .path("external_path")
                .asText();
    }

    private JsonNode details() {
        return rest.get("/jobs/" + id);
    }

    private static boolean allRun(JsonNode details, long sinceMillis) {
        boolean any = false;
        for (JsonNode vertex : details.path("vertices")) {
            any = true;
            if (vertex.path("tasks").path("RUNNING").asInt()
                            != vertex.path("parallelism").asInt()
                    || vertex.path("start-time").asLong() < sinceMillis) {
                return false;
            }
        }
        return any && details.path("state").asText().equals("RUNNING");
    }

    private <T> T await(String what, Duration timeout, Supplier<Optional<T>> question) {
        try {
            return Patience.await("job " + id + " at " + rest.address() + " to " + what, timeout, question);
        } catch (IllegalStateException e) {
            throw new IllegalStateException(e.getMessage() + "; " + failureIfAny(), e);
        }
    }

    private String failureIfAny() {
        try {
            return "the job is " + status() + " " + lastFailure();
        } catch (FlinkRestException e) {
            return e.getMessage();
        }
    }
}
