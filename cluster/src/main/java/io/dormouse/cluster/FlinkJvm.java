// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.cluster;

import io.dormouse.process.JavaCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What Flink's start scripts give a virtual machine: the sizes of its memory, as Flink's own tool computes them.
 *
 * @param jvmOptions options such as {@code -Xmx}
 * @param arguments {@code -D} arguments of Flink's program
 */
record FlinkJvm(List<String> jvmOptions, List<String> arguments) {
    /** As a distribution's configuration has them ({@code env.java.opts.all}), and what newer virtual machines want besides. */
    static final List<String> OPENS = Stream.concat(
                    Stream.of(
                                    "java.lang",
                                    "java.net",
                                    "java.io",
                                    "java.nio",
                                    "sun.nio.ch",
                                    "java.lang.reflect",
                                    "java.text",
                                    "java.time",
                                    "java.util",
                                    "java.util.concurrent",
                                    "java.util.concurrent.atomic",
                                    "java.util.concurrent.locks")
                            .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED"),
                    Stream.of(
                            "--add-exports=java.base/sun.net.util=ALL-UNNAMED",
                            "--add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED",
                            "--add-exports=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
                            "--enable-native-access=ALL-UNNAMED",
                            "-XX:+IgnoreUnrecognizedVMOptions",
                            "--sun-misc-unsafe-memory-access=allow"))
            .toList();

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** Marks what is meant for the scripts among what the tool prints. */
    private static final String RESULT = "BASH_JAVA_UTILS_EXEC_RESULT:";

    /** Asks the tool, {@code GET_JM_RESOURCE_PARAMS} or {@code GET_TM_RESOURCE_PARAMS}. */
    static FlinkJvm ask(String question, Path configuration, String classPath, Path folder) {
        JavaCommand tool = new JavaCommand(
                List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"),
                classPath,
                "org.apache.flink.runtime.util.bash.BashJavaUtils",
                List.of(question, "--configDir", configuration.toString()),
                folder);
        JavaCommand.Ended ended = tool.run(TIMEOUT);
        List<List<String>> results = ended.output()
                .lines()
                .filter(line -> line.startsWith(RESULT))
                .map(line ->
                        Arrays.asList(line.substring(RESULT.length()).strip().split("\\s+")))
                .toList();
        if (ended.exitCode() != 0 || results.size() != 2) {
            throw new IllegalStateException("Flink does not find memory for its processes with the configuration in "
                    + configuration + ": " + ended.output());
        }
        return new FlinkJvm(results.get(0), results.get(1));
    }

    /** With further options; the later ones win. */
    List<String> with(List<String> more) {
        List<String> all = new ArrayList<>(jvmOptions);
        all.addAll(OPENS);
        all.addAll(more);
        return all;
    }
}
