// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoITCase {
    @TempDir
    private Path folder;

    private final PrintStream standard = System.out;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeEach
    void capture() {
        System.setProperty(RunningStack.FILE_PROPERTY, folder.resolve("running").toString());
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void release() {
        System.setOut(standard);
        System.clearProperty(RunningStack.FILE_PROPERTY);
    }

    @Test
    void papersStreamInAndEveryQuestionIsAnsweredInFull() {
        int code = Dormouse.commandLine().execute("demo", "--exit", "--papers", "2000", "--seconds", "1");

        String text = printed.toString(StandardCharsets.UTF_8);
        assertThat(code).as(text).isZero();
        assertThat(text)
                .contains("Q: An Extended Theory of Head-Driven Parsing", "<- its paper", "100%  2,000 of 2,000")
                .contains("recall@10", "own paper", "throughput", "latency", "All well");
        assertThat(RunningStack.find()).isEmpty();
    }
}
