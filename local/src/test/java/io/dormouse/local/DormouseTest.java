// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

final class DormouseTest {
    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();
    private final StringWriter out = new StringWriter();

    @BeforeEach
    void rememberNoStack() {
        System.setProperty(RunningStack.FILE_PROPERTY, folder.resolve("running").toString());
    }

    @AfterEach
    void restore() {
        System.clearProperty(RunningStack.FILE_PROPERTY);
    }

    @Test
    void everyCommandAndEveryOptionIsExplained() {
        explained(Dormouse.commandLine());
    }

    private static void explained(CommandLine command) {
        var spec = command.getCommandSpec();
        assertThat(spec.usageMessage().header()).as(spec.qualifiedName()).isNotEmpty();
        for (ArgSpec argument : spec.args()) {
            assertThat(argument.description())
                    .as("%s %s", spec.qualifiedName(), argument)
                    .isNotEmpty();
        }
        command.getSubcommands().values().forEach(DormouseTest::explained);
    }

    @Test
    void helpNamesCommandsExitCodesAndExamples() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("demo", "up", "ingest", "query", "namespace", "watch", "bench", "Exit codes", "Examples")
                .doesNotContain("sample");
    }

    @Test
    void wrongArgumentsExitWithTwoAndSayWhereToReadOn() {
        assertThat(run("query")).isEqualTo(2);
        assertThat(err.toString()).contains("--text", "Try ./dormouse help query");
        assertThat(run("qury", "--text", "a")).isEqualTo(2);
        assertThat(err.toString()).contains("dormouse query");
        assertThat(run("query", "--text", "a", "--vector", "1")).isEqualTo(2);
        assertThat(run("query", "--text", "a", "--after", "7")).isEqualTo(2);
        assertThat(err.toString()).contains("expected PARTITION:OFFSET");
        assertThat(run("up", "--port", "many")).isEqualTo(2);
        assertThat(run("up", "--cold", "folder", "--no-cold")).isEqualTo(2);
        assertThat(run("namespace")).isEqualTo(2);
        assertThat(run("namespace", "create", "a")).isEqualTo(2);
    }

    @Test
    void withoutARunningStackTheErrorNamesTheRemedyInOneLine() {
        assertThat(run("query", "--vector", "1,2")).isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().contains("./dormouse up", "--bootstrap");
    }

    @Test
    void debugShowsTheStackTrace() {
        assertThat(run("query", "--vector", "1,2", "--debug")).isEqualTo(1);
        assertThat(err.toString()).contains("\tat io.dormouse");
    }

    @Test
    void aTextWithoutWordsIsRefused() {
        assertThat(run("query", "--text", "???")).isEqualTo(1);
        assertThat(err.toString()).contains("'???' holds no known English word");
    }

    @Test
    void filesThatCannotBeIngestedAreNamed() throws IOException {
        assertThat(run("ingest", folder.resolve("none.jsonl").toString())).isEqualTo(1);
        assertThat(err.toString()).contains("there is no file", "none.jsonl");
        Path csv = Files.writeString(folder.resolve("a.csv"), "1,2");
        assertThat(run("ingest", csv.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("is of no known kind");
    }

    @Test
    void aStackOfADeadProcessIsNotFound() {
        new RunningStack(
                        "127.0.0.1:1",
                        "http://127.0.0.1:2",
                        ProcessHandle.current().pid())
                .remember();
        assertThat(RunningStack.find()).map(RunningStack::bootstrap).contains("127.0.0.1:1");
        new RunningStack("127.0.0.1:1", "http://127.0.0.1:2", Long.MAX_VALUE).remember();
        assertThat(RunningStack.find()).isEmpty();
    }

    private int run(String... arguments) {
        return Dormouse.commandLine()
                .setErr(new PrintWriter(err, true))
                .setOut(new PrintWriter(out, true))
                .execute(arguments);
    }
}
