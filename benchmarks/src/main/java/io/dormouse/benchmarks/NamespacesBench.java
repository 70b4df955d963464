// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.namespaces.NamespacesRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench namespaces}: many namespaces in a heap that does not grow with them. */
@Command(
        name = "namespaces",
        mixinStandardHelpOptions = true,
        description = {
            "A million namespaces of about three items in the job without Kafka, in a process of its own with a fixed heap:",
            "rates, latencies, what waking an idle one takes, and what one costs in heap and in RocksDB."
        })
public final class NamespacesBench implements Callable<Integer> {
    private static final int QUICK_MAX = 20_000;

    @Mixin
    private BenchOptions options;

    @Mixin
    private GivenOptions given;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Namespaces (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--heap",
            paramLabel = "SIZE",
            defaultValue = "1g",
            description = "Heap of the process, as -Xmx takes it (default: ${DEFAULT-VALUE}).")
    private String heap;

    @Override
    public Integer call() throws Exception {
        int namespaces = options.quick ? Math.min(count, QUICK_MAX) : count;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms" + heap,
                "-Xmx" + heap,
                "-XX:+ExitOnOutOfMemoryError"));
        Stream.of("lang", "util", "util.concurrent", "nio")
                .forEach(part -> command.add("--add-opens=java.base/java." + part + "=ALL-UNNAMED"));
        command.addAll(List.of(
                "--add-modules=jdk.incubator.vector",
                "-Dlog.file=" + System.getProperty("log.file", "dormouse.log"),
                "-cp",
                System.getProperty("java.class.path"),
                NamespacesRun.class.getName(),
                Integer.toString(namespaces),
                Boolean.toString(options.quick),
                options.json == null ? "" : options.json.toAbsolutePath().toString()));
        given.map().forEach((key, value) -> command.add(key + "=" + value));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
