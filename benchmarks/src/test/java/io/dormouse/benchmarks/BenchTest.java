// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

class BenchTest {
    static Stream<CommandLine> benchmarks() {
        return new CommandLine(new Bench()).getSubcommands().values().stream();
    }

    /** What picocli cannot format, such as a percent sign that is not doubled, it prints as it stands, below a warning. */
    @ParameterizedTest
    @MethodSource("benchmarks")
    void everyBenchmarkAndItsOptionsAreExplained(CommandLine benchmark) {
        var spec = benchmark.getCommandSpec();
        Stream<String> texts = Stream.concat(
                Arrays.stream(spec.usageMessage().description()),
                spec.args().stream().map(ArgSpec::description).flatMap(Arrays::stream));
        assertThat(texts)
                .isNotEmpty()
                .allSatisfy(text -> assertThat(String.format(text)).isNotBlank());
    }
}
