// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.flink.configuration.YamlParserUtils;

/** What docs/monitoring and docs/operating.md say of metrics, as expressions that Prometheus can evaluate. */
final class MonitoringFiles {
    static final Path FOLDER = Tools.REPOSITORY.resolve("docs/monitoring");
    static final Path ALERTS = FOLDER.resolve("alerts.yml");
    static final Path OPERATING = Tools.REPOSITORY.resolve("docs/operating.md");

    private static final Pattern METRIC = Pattern.compile("\\bflink_\\w+");
    private static final Pattern FIRST_COLUMN = Pattern.compile("\\| (`[^|]*) \\|.*");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    private MonitoringFiles() {}

    /** An alert of the shipped rules. */
    record Alert(String name, String expression, String runbook) {
        /** The metrics it looks at. */
        Set<String> metrics() {
            Set<String> names = new TreeSet<>();
            METRIC.matcher(expression).results().forEach(found -> names.add(found.group()));
            return names;
        }
    }

    static List<Alert> alerts() throws Exception {
        List<Alert> alerts = new ArrayList<>();
        for (Map<?, ?> group :
                maps(YamlParserUtils.loadYamlFile(ALERTS.toFile()).get("groups"))) {
            for (Map<?, ?> rule : maps(group.get("rules"))) {
                Map<?, ?> annotations = (Map<?, ?>) rule.get("annotations");
                alerts.add(new Alert(
                        (String) rule.get("alert"), (String) rule.get("expr"), (String) annotations.get("runbook")));
            }
        }
        return alerts;
    }

    private static List<Map<?, ?>> maps(Object list) {
        List<Map<?, ?>> maps = new ArrayList<>();
        ((List<?>) list).forEach(each -> maps.add((Map<?, ?>) each));
        return maps;
    }

    /** The queries of the dashboard by panel and legend, for all jobs and a rate over half a minute. */
    static Map<String, String> panelQueries() throws Exception {
        JsonNode dashboard =
                new ObjectMapper().readTree(FOLDER.resolve("dashboard.json").toFile());
        Map<String, String> queries = new LinkedHashMap<>();
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries.put(
                        panel.path("title").asText() + " / "
                                + target.path("legendFormat").asText(),
                        target.path("expr")
                                .asText()
                                .replace("$__rate_interval", "30s")
                                .replace("$job", ".*"));
            }
        }
        return queries;
    }

    /** Regular expressions of the metrics of group {@code dormouse} that docs/operating.md lists. */
    static Set<String> documentedMetrics() throws Exception {
        String text = Files.readString(OPERATING);
        int begin = text.indexOf("\n## Metrics\n");
        Set<String> names = new TreeSet<>();
        text.substring(begin, text.indexOf("\n## ", begin + 1)).lines().forEach(line -> {
            var row = FIRST_COLUMN.matcher(line);
            if (row.matches()) {
                NAME.matcher(row.group(1))
                        .results()
                        .forEach(name -> names.add(name.group(1).replace("*", ".+")));
            }
        });
        return names;
    }
}
