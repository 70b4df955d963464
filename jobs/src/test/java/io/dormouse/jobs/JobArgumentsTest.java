// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the job's options come from: a YAML file, and arguments that win over it. */
class JobArgumentsTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void nestedAndFlatKeysOfAFileAreTheSame() throws Exception {
        Configuration nested =
                parse("--config", file("memory:\n  hot-bytes-max: 64 mb\nquery:\n  deadline-millis: 7\n"));
        Configuration flat = parse("--config", file("memory.hot-bytes-max: 64 mb\nquery.deadline-millis: 7\n"));

        assertThat(nested.get(RetrievalOptions.HOT_BYTES)).isEqualTo(MemorySize.ofMebiBytes(64));
        assertThat(nested.get(RetrievalOptions.QUERY_DEADLINE_MILLIS)).isEqualTo(7);
        assertThat(flat).isEqualTo(nested);
    }

    @Test
    void argumentsWinOverTheFile() throws Exception {
        Configuration config = parse(
                "--config", file("topics:\n  ingest: from-file\n  queries: from-file\n"), "--topics.ingest", "given");

        assertThat(config.get(RetrievalOptions.INGEST_TOPIC)).isEqualTo("given");
        assertThat(config.get(RetrievalOptions.QUERIES_TOPIC)).isEqualTo("from-file");
    }

    @Test
    void flinksOwnOptionsAreTakenUnderTheirNames() throws Exception {
        Configuration config =
                parse("--config", file("execution.checkpointing:\n  interval: 3 s\n"), "--parallelism.default", "5");

        assertThat(config.get(CheckpointingOptions.CHECKPOINTING_INTERVAL)).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.toMap()).containsEntry("parallelism.default", "5");
    }

    @Test
    void kafkaPropertiesAreAMapInAFileOrSingleArguments() throws Exception {
        Configuration fromFile = parse(
                "--config",
                file(
                        "kafka:\n  properties:\n    security.protocol: SSL\n    sasl.jaas.config: 'x required a=\"b\";'\n"));
        Configuration flat = parse("--config", file("kafka.properties.security.protocol: SSL\n"));
        Configuration arguments =
                parse("--kafka.properties.security.protocol", "SSL", "--kafka.properties.client.rack", "r1");

        assertThat(fromFile.get(RetrievalOptions.KAFKA_PROPERTIES))
                .isEqualTo(Map.of("security.protocol", "SSL", "sasl.jaas.config", "x required a=\"b\";"));
        assertThat(flat.get(RetrievalOptions.KAFKA_PROPERTIES)).isEqualTo(Map.of("security.protocol", "SSL"));
        assertThat(arguments.get(RetrievalOptions.KAFKA_PROPERTIES))
                .isEqualTo(Map.of("security.protocol", "SSL", "client.rack", "r1"));
    }

    /** A JAAS line has every character that some list or map syntax would take apart. */
    @ParameterizedTest
    @ValueSource(strings = {"p,w", "p:w", "p;w", "p w", "p'w", "p=w{}[]#&*!|>%@`", "a:b,c:d"})
    void aJaasLineReachesKafkaAsItWasWritten(String password) throws Exception {
        String jaas = "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" password=\""
                + password + "\";";
        String quoted = "'" + jaas.replace("'", "''") + "'";
        assertThat(parse("--config", file("kafka:\n  properties:\n    sasl.jaas.config: " + quoted + "\n"))
                        .get(RetrievalOptions.KAFKA_PROPERTIES))
                .isEqualTo(Map.of("sasl.jaas.config", jaas));
        assertThat(parse("--config", file("kafka.properties.sasl.jaas.config: " + quoted + "\n"))
                        .get(RetrievalOptions.KAFKA_PROPERTIES))
                .isEqualTo(Map.of("sasl.jaas.config", jaas));
        assertThat(parse("--kafka.properties.sasl.jaas.config", jaas).get(RetrievalOptions.KAFKA_PROPERTIES))
                .isEqualTo(Map.of("sasl.jaas.config", jaas));
    }

    @Test
    void noErrorShowsASecret() throws Exception {
        Configuration inline = parse("--config", file("kafka.properties: my-secret\n"));
        assertThatThrownBy(() -> new Topics(inline).source(RetrievalOptions.INGEST_TOPIC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kafka.properties is no map")
                .satisfies(JobArgumentsTest::showsNoSecret);
        assertThatThrownBy(() -> parse(
                        "--config", file("kafka.properties:\n  ssl.key.password: my-secret\n  sasl: [my-secret\n")))
                .hasMessageContaining("cannot read --config")
                .satisfies(JobArgumentsTest::showsNoSecret);
        assertThatThrownBy(() -> parse("--config", file("kafka:\n  propertees:\n    ssl.key.password: my-secret\n")))
                .hasMessageContaining("kafka.propertees.ssl.key.password is unknown")
                .satisfies(JobArgumentsTest::showsNoSecret);
    }

    private static void showsNoSecret(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain("my-secret");
    }

    @Test
    void oneKafkaPropertyGivenAsAnArgumentWinsOverTheFilesAndKeepsTheOthers() throws Exception {
        Configuration config = parse(
                "--config",
                file("kafka:\n  properties:\n    security.protocol: SSL\n    client.rack: r1\n"),
                "--kafka.properties.client.rack",
                "r2");

        assertThat(config.get(RetrievalOptions.KAFKA_PROPERTIES))
                .isEqualTo(Map.of("security.protocol", "SSL", "client.rack", "r2"));
    }

    @Test
    void aMisspeltKeyOfOursIsNamed() {
        assertThatThrownBy(() -> parse("--memory.hot-byte-max", "1 gb"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("option memory.hot-byte-max is unknown: run with --help for the list of options");
        assertThatThrownBy(() -> parse("--config", file("topics:\n  ingests: x\n")))
                .hasMessageContaining("option topics.ingests is unknown");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        assertThatThrownBy(() -> parse("--config", folder.resolve("absent.yaml").toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot read --config")
                .hasMessageContaining("absent.yaml");
        assertThatThrownBy(() -> parse("--config", file("a: [1\n")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot read --config");
    }

    @Test
    void helpListsEveryOptionWithItsDefault() throws Exception {
        assertThat(parse("--help")).isNull();

        String help = printed.toString(UTF_8);
        for (ConfigOption<?> option : OptionList.options()) {
            assertThat(help).contains("--" + option.key() + " (default ").contains(OptionList.descriptionOf(option));
        }
    }

    @Test
    void anEmptyFileGivesTheDefaults() throws Exception {
        assertThat(parse("--config", file("")).get(RetrievalOptions.INGEST_TOPIC))
                .isEqualTo("ingest");
    }

    private Configuration parse(String... args) {
        return JobArguments.parse(args, new PrintStream(printed, true, UTF_8));
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "job", ".yaml"), yaml)
                .toString();
    }
}
