// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.observe;

import static io.dormouse.local.observe.KubernetesFiles.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.jobs.RetrievalJob;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.YamlParserUtils;
import org.junit.jupiter.api.Test;

/** docs/kubernetes against the schema that Flink's operator gives to Kubernetes, pod template included. */
final class KubernetesFilesTest {
    private static final String SCHEMA = "/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";

    /** The operator whose schema Maven Central has is older than Flink 2. */
    private static final Set<String> NEWER = Set.of("spec.flinkVersion");

    @Test
    void theDeploymentFitsTheSchemaOfTheOperator() throws Exception {
        Map<?, ?> definition;
        try (InputStream in = getClass().getResourceAsStream(SCHEMA)) {
            definition =
                    YamlParserUtils.convertToObject(new String(in.readAllBytes(), StandardCharsets.UTF_8), Map.class);
        }
        Map<?, ?> deployment = KubernetesFiles.deployment();
        assertThat(at(deployment, "apiVersion"))
                .isEqualTo(at(definition, "spec", "group") + "/" + at(definition, "spec", "versions", 0, "name"));
        assertThat(at(deployment, "kind")).isEqualTo(at(definition, "spec", "names", "kind"));
        Object schema = at(definition, "spec", "versions", 0, "schema", "openAPIV3Schema", "properties", "spec");
        assertThat(OpenApiSchema.violations("spec", schema, at(deployment, "spec")))
                .allMatch(violation -> NEWER.stream().anyMatch(path -> violation.startsWith(path + " ")));
    }

    @Test
    void theJobIsOursAndItsSecretsAreThere() throws Exception {
        Map<?, ?> deployment = KubernetesFiles.deployment();
        assertThat(at(deployment, "spec", "job", "entryClass")).isEqualTo(RetrievalJob.class.getName());
        String pod = at(deployment, "spec", "podTemplate").toString();
        Set<Object> secrets = KubernetesFiles.objects("secrets.yaml").stream()
                .map(secret -> at(secret, "metadata", "name"))
                .collect(Collectors.toSet());
        assertThat(secrets).hasSize(2).allMatch(name -> pod.contains("=" + name));
        Object options = at(KubernetesFiles.objects("secrets.yaml").get(1), "stringData", "dormouse.yaml");
        Map<?, ?> given = YamlParserUtils.convertToObject((String) options, Map.class);
        assertThat(given.keySet()).hasToString("[kafka.bootstrap-servers, memory.cold-path]");
    }

    @Test
    void theTopicsAreThoseOfDockerCompose() throws Exception {
        Object here = at(
                KubernetesFiles.objects("topics.yaml").get(0),
                "spec",
                "template",
                "spec",
                "containers",
                0,
                "command",
                2);
        Object there = at(YamlParserUtils.loadYamlFile(ComposeFile.PATH.toFile()), "services", "topics", "command", 0);
        assertThat(made(here)).isEqualTo(made(there)).hasSize(6);
    }

    private static Set<String> made(Object script) {
        return ((String) script)
                .lines()
                .filter(line -> line.startsWith("make "))
                .collect(Collectors.toSet());
    }
}
