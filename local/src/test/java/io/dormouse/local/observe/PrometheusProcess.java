// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dormouse.process.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A real Prometheus server that scrapes one address every second; ended by its own process. */
final class PrometheusProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final URI address;
    private final Path log;

    private PrometheusProcess(Process process, URI address, Path log) {
        this.process = process;
        this.address = address;
        this.log = log;
    }

    /**
     * Starts a server on a free port of 127.0.0.1 and waits until it answers.
     *
     * @param folder for its configuration, its data and its log
     * @param target what it scrapes, as host:port
     * @param rules a file of alert rules
     */
    static PrometheusProcess start(Path folder, String target, Path rules) throws Exception {
        Path configuration = folder.resolve("prometheus.yml");
        Files.writeString(
                configuration,
                String.join(
                        "\n",
                        "global: {scrape_interval: 1s, evaluation_interval: 1s}",
                        "rule_files: ['" + rules + "']",
                        "scrape_configs:",
                        "  - job_name: flink",
                        "    static_configs: [{targets: ['" + target + "']}]",
                        ""));
        int port = FreePorts.find(0);
        Path log = folder.resolve("prometheus.log");
        Process process = new ProcessBuilder(
                        Tools.PROMETHEUS.path(),
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        PrometheusProcess started = new PrometheusProcess(process, URI.create("http://127.0.0.1:" + port), log);
        started.awaitReady();
        return started;
    }

    private void awaitReady() throws Exception {
        long end = System.nanoTime() + START_NANOS;
        while (true) {
            try {
                if (get("/-/ready").statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // does not listen yet
            }
            if (!process.isAlive() || System.nanoTime() > end) {
                close();
                throw new IllegalStateException("prometheus does not answer at " + address + ": " + logged());
            }
            Thread.sleep(50);
        }
    }

    /**
     * The numbers that an expression yields now, one for each series; those that are not a number are left out.
     *
     * @throws IllegalArgumentException when it cannot be evaluated
     */
    List<Double> query(String expression) throws Exception {
        return series(expression)
                .map(series ->
                        Double.parseDouble(series.path("value").path(1).asText().replace("Inf", "Infinity")))
                .filter(number -> !number.isNaN())
                .toList();
    }

    /** The names of the metrics that a selector finds now. */
    List<String> names(String selector) throws Exception {
        return series(selector)
                .map(series -> series.path("metric").path("__name__").asText())
                .distinct()
                .toList();
    }

    private Stream<JsonNode> series(String expression) throws Exception {
        JsonNode answer =
                JSON.readTree(get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                        .body());
        if (!answer.path("status").asText().equals("success")) {
            throw new IllegalArgumentException(
                    expression + ": " + answer.path("error").asText());
        }
        return StreamSupport.stream(answer.path("data").path("result").spliterator(), false);
    }

    /** What it says of its rules, as its interface puts it: names, states, errors. */
    List<JsonNode> rules() throws Exception {
        JsonNode groups =
                JSON.readTree(get("/api/v1/rules").body()).path("data").path("groups");
        return StreamSupport.stream(groups.spliterator(), false)
                .flatMap(group -> StreamSupport.stream(group.path("rules").spliterator(), false))
                .toList();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(address.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private String logged() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
