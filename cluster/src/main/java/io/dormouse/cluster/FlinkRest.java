// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A JobManager's REST interface: what it takes to submit jobs; a {@link FlinkJob} speaks of one of them. */
public final class FlinkRest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int OK_BELOW = 300;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI address;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /** The interface at {@code address}, {@code http://host:port}. */
    public FlinkRest(URI address) {
        this.address = address;
    }

    /** Where it listens, and the web UI. */
    public URI address() {
        return address;
    }

    /** Whether a JobManager leads there. */
    public boolean answers() {
        try {
            get("/overview");
            return true;
        } catch (FlinkRestException e) {
            return false;
        }
    }

    /** Whether a TaskManager of this name is registered. */
    public boolean hasTaskManager(String name) {
        try {
            return texts(get("/taskmanagers").path("taskmanagers"), "id").contains(name);
        } catch (FlinkRestException e) {
            return false; // nobody leads
        }
    }

    /** The value of a TaskManager's own metric, such as {@code Status.JVM.Memory.Heap.Used}. */
    public String taskManagerMetric(String taskManager, String metric) {
        return get("/taskmanagers/" + taskManager + "/metrics?get=" + metric)
                .path(0)
                .path("value")
                .asText();
    }

    /** Uploads a jar and returns its name there. */
    public String upload(Path jar) {
        String boundary = UUID.randomUUID().toString();
        String head = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\""
                + jar.getFileName() + "\"\r\nContent-Type: application/x-java-archive\r\n\r\n";
        try {
            BodyPublisher body = BodyPublishers.concat(
                    BodyPublishers.ofString(head),
                    BodyPublishers.ofByteArray(Files.readAllBytes(jar)),
                    BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
            String stored = send("POST", "/jars/upload", "multipart/form-data; boundary=" + boundary, body)
                    .path("filename")
                    .asText();
            return Path.of(stored).getFileName().toString();
        } catch (IOException e) {
            throw new UncheckedIOException("the jar " + jar + " cannot be read: build it by ./mvnw package", e);
        }
    }

    /** Runs the main class of an uploaded jar. */
    public FlinkJob run(String jar, JobRun run) {
        ObjectNode request = JSON.createObjectNode();
        run.arguments().forEach(request.putArray("programArgsList")::add);
        request.put("parallelism", run.parallelism());
        run.restoreFrom().ifPresent(path -> request.put("savepointPath", path));
        return job(post("/jars/" + jar + "/run", request).path("jobid").asText());
    }

    /** Ids of the jobs that have not ended. */
    public List<String> runningJobs() {
        List<String> running = new ArrayList<>();
        get("/jobs").path("jobs").forEach(job -> {
            if (!FlinkJob.ENDED.contains(job.path("status").asText())) {
                running.add(job.path("id").asText());
            }
        });
        return running;
    }

    /** The id of the job of a cluster in application mode, once it is there. */
    public String awaitJob(Duration timeout) {
        return Patience.await(
                "a job at " + address, timeout, () -> runningJobs().stream().findFirst());
    }

    /** The job with this id. */
    public FlinkJob job(String id) {
        return new FlinkJob(this, id);
    }

    JsonNode get(String path) {
        return send("GET", path, "application/json", BodyPublishers.noBody());
    }

    JsonNode post(String path, JsonNode request) {
        return send("POST", path, "application/json", BodyPublishers.ofString(request.toString()));
    }

    JsonNode patch(String path) {
        return send("PATCH", path, "application/json", BodyPublishers.noBody());
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    private JsonNode send(String method, String path, String type, BodyPublisher body) {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .timeout(TIMEOUT)
                .header("Content-Type", type)
                .method(method, body)
                .build();
        try {
            var answer = client.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (answer.statusCode() >= OK_BELOW) {
                throw new FlinkRestException("Flink at " + address + " answered " + answer.statusCode() + " to "
                        + method + " " + path + ": " + errors(answer.body()));
            }
            return answer.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new FlinkRestException(method + " " + path + ": no answer from Flink at " + address + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FlinkRestException("interrupted while Flink at " + address + " was asked for " + path);
        }
    }

    private static String errors(String body) {
        try {
            return String.join("\n", texts(JSON.readTree(body).path("errors"), ""));
        } catch (IOException e) {
            return body;
        }
    }

    /** The field {@code name} of each element, or the elements themselves when that is empty. */
    private static List<String> texts(JsonNode array, String name) {
        List<String> texts = new ArrayList<>();
        array.forEach(element ->
                texts.add(name.isEmpty() ? element.asText() : element.path(name).asText()));
        return texts;
    }
}
