// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Programs of other projects that check what we ship. A test that needs one is skipped where it is missing. */
enum Tools {
    PROMETHEUS("prometheus", "prometheus"),
    PROMTOOL("promtool", "prometheus"),
    DOCKER_COMPOSE("docker-compose", "docker-compose");

    /** Of a test: where the repository begins. */
    static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    private final String program;
    private final String debianPackage;

    Tools(String program, String debianPackage) {
        this.program = program;
        this.debianPackage = debianPackage;
    }

    boolean isInstalled() {
        return find().isPresent();
    }

    /** Skips the test that asks when the program is missing. */
    void assumeInstalled() {
        assumeTrue(
                isInstalled(), program + " is not installed, so this is not checked: apt-get install " + debianPackage);
    }

    /** Where it lies. */
    String path() {
        return find().orElseThrow().toString();
    }

    private Optional<Path> find() {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs it in a folder, expects it to succeed, and returns all that it printed. */
    String run(Path folder, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(path()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
        assertThat(process.exitValue()).as("%s: %s", command, printed).isZero();
        return printed;
    }
}
