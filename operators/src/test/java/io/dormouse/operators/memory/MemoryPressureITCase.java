// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process whose hot tier is configured far larger than its heap does not run out of it (SPEC row HA8). */
final class MemoryPressureITCase {
    @TempDir
    Path folder;

    @Test
    void aHotTierLargerThanTheHeapGivesWayAndAnswersStayRight() throws Exception {
        List<String> output = run("-Xmx80m", 25_000);
        assertThat(output).contains("wrong=0", "restored=true", "levelAfter=0");
        assertThat(output).doesNotContain("level=0", "answered=0");
        long limit = output.stream()
                .filter(line -> line.startsWith("limit="))
                .mapToLong(line -> Long.parseLong(line.substring(6)))
                .findFirst()
                .orElseThrow();
        assertThat(limit).isLessThan(80L << 20);
    }

    private List<String> run(String heap, int items) throws Exception {
        Path log = folder.resolve("out");
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                heap,
                "--add-modules=jdk.incubator.vector",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                CrampedProcess.class.getName(),
                Integer.toString(items)));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(10, TimeUnit.MINUTES);
        process.destroyForcibly();
        List<String> output = Files.readAllLines(log);
        assertThat(ended).as("ended in time: " + output).isTrue();
        assertThat(process.exitValue()).as(String.join("\n", output)).isZero();
        return output;
    }
}
