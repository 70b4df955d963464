// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.flink.configuration.YamlParserUtils;
import org.junit.jupiter.api.Test;

/** docker-compose.yml: readable, bounded, shut to the outside, and of one mind with the documents. */
final class ComposeFileTest {
    private static final String JOB_JAR = "./jobs/target/dormouse-job.jar";

    @Test
    void dockerComposeReadsIt() throws Exception {
        Tools.DOCKER_COMPOSE.assumeInstalled();
        Tools.DOCKER_COMPOSE.run(Tools.REPOSITORY, "config", "--quiet");
    }

    @Test
    void everyServiceIsBoundedAndRestarted() throws Exception {
        assertThat(services()).hasSizeGreaterThan(8);
        services().forEach((name, service) -> {
            assertThat(service.keySet()).as(name).contains("mem_limit", "restart", "image");
            assertThat((String) service.get("image")).as(name).matches("\\$\\{[A-Z_]+_IMAGE}");
            boolean once = !service.get("restart").equals("unless-stopped");
            assertThat(service.containsKey("healthcheck")).as(name).isEqualTo(!once);
        });
    }

    @Test
    void portsArePublishedOnThisMachineOnly() throws Exception {
        services()
                .forEach((name, service) -> assertThat((List<?>) service.getOrDefault("ports", List.of()))
                        .as(name)
                        .allMatch(port -> port.toString().startsWith("127.0.0.1:")));
    }

    @Test
    void everyVariableHasAValueAndImagesAVersion() throws Exception {
        String file = Files.readString(ComposeFile.PATH);
        Map<String, String> values = ComposeFile.variables();
        file.lines()
                .filter(line -> line.contains("${"))
                .map(line -> line.replaceFirst(".*\\$\\{(\\w+)}.*", "$1"))
                .forEach(name -> assertThat(values).containsKey(name));
        values.forEach((name, value) -> {
            assertThat(file).contains("${" + name + "}");
            if (name.endsWith("_IMAGE")) {
                assertThat(value).matches(".+:v?[0-9].*");
            }
        });
    }

    @Test
    void everyFileThatIsMountedExists() throws Exception {
        for (Map<?, ?> service : services().values()) {
            for (Object volume :
                    (List<?>) service.get("volumes") == null ? List.of() : (List<?>) service.get("volumes")) {
                String source = volume instanceof Map<?, ?> bind
                        ? (String) bind.get("source")
                        : volume.toString().split(":")[0];
                if (source.startsWith(".") && !source.equals(JOB_JAR)) {
                    assertThat(Tools.REPOSITORY.resolve(source)).isRegularFile();
                }
            }
        }
    }

    @Test
    void theVirtualMachineGetsTheFlagsThatTheDocumentsAdvise() throws Exception {
        String flags = advisedFlags();
        assertThat(flags).contains("jdk.incubator.vector");
        Map<?, ?> environment = (Map<?, ?>) services().get("taskmanager").get("environment");
        assertThat(environment.get("FLINK_ENV_JAVA_OPTS_TM")).isEqualTo(flags);
        assertThat(KubernetesFiles.flinkOptions()).containsEntry("env.java.opts.taskmanager", flags);
    }

    /** The image takes blanks out of them. */
    @Test
    void flinkOptionsHaveNoBlanks() throws Exception {
        assertThat(ComposeFile.flinkOptions().toMap().values()).noneMatch(value -> value.contains(" "));
    }

    @Test
    void kubernetesHasTheSameMetrics() throws Exception {
        Predicate<String> metrics = key -> key.contains("metrics.");
        Map<String, String> here = ComposeFile.flinkOptions().toMap();
        here.keySet().removeIf(metrics.negate());
        Map<String, Object> there = KubernetesFiles.flinkOptions();
        there.keySet().removeIf(metrics.negate());
        assertThat(there).isEqualTo(here);
    }

    private static String advisedFlags() throws Exception {
        String key = "env.java.opts.taskmanager: ";
        return Files.readString(MonitoringFiles.OPERATING)
                .lines()
                .filter(line -> line.startsWith(key))
                .findFirst()
                .orElseThrow()
                .substring(key.length());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> services() throws Exception {
        return (Map<String, Map<String, Object>>) (Map<?, ?>)
                YamlParserUtils.loadYamlFile(ComposeFile.PATH.toFile()).get("services");
    }
}
