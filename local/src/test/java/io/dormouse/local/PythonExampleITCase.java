// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a Python program with a stock Kafka client does: the example of the documents, as it stands there. */
class PythonExampleITCase {
    /** Debian's own, for which it packages kafka-python. */
    private static final String PYTHON = "/usr/bin/python3";

    private static final Path EXAMPLE = Path.of("../docs/examples/memory.py");

    @Test
    void theExampleCreatesRemembersAndReadsItsOwnWrites() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of(PYTHON))
                        && python("-c", "import kafka").code() == 0,
                PYTHON + " has no module kafka: apt-get install python3-kafka, as .ci/run does");
        try (EmbeddedStack stack = EmbeddedStack.start(StackOptions.defaults())) {
            Said first = example("--bootstrap-servers", stack.bootstrap());
            assertThat(first.text().lines())
                    .as(first.text())
                    .hasSize(3)
                    .first()
                    .asString()
                    .startsWith("NAMESPACE_CREATED: ");
            assertThat(first.text())
                    .contains(
                            "0.999  n1  the cat sat on the mat  {'source': 'diary'}",
                            "0.543  n2  the roof needs repair  {'source': 'mail'}");
            assertThat(first.code()).isZero();

            Said again = example("--bootstrap-servers", stack.bootstrap(), "--namespace", "other notes");
            assertThat(again.text().lines()).as(again.text()).hasSize(3);
        }
    }

    private static Said example(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(EXAMPLE.toString(), "--timeout", "180"));
        all.addAll(List.of(arguments));
        return python(all.toArray(String[]::new));
    }

    private static Said python(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(PYTHON));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return new Said(process.waitFor(), text);
    }

    private record Said(int code, String text) {}
}
