// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.cluster;

import io.dormouse.process.ClassPaths;
import io.dormouse.process.JavaCommand;
import io.dormouse.process.OwnerFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * What a distribution of Flink is to its processes: {@code conf/config.yaml}, {@code usrlib/}, and the commands that its
 * scripts would call.
 */
final class FlinkHome {
    private final Path folder;
    private final Map<String, String> options;
    private final String classPath = ClassPaths.read(FlinkHome.class, "flink.classpath");
    private final String logging;
    private final CompletableFuture<FlinkJvm> jobManager;
    private final CompletableFuture<FlinkJvm> taskManager;

    /** Makes the folder; {@code options} may hold secrets, which only the owner of this process can read there. */
    FlinkHome(Path folder, Map<String, String> options) {
        this.folder = folder.toAbsolutePath();
        this.options = new TreeMap<>(options);
        this.logging = ServerLogging.option(this.folder);
        try {
            Files.createDirectories(configuration());
            Files.createDirectories(this.folder.resolve("lib"));
            Files.createDirectories(this.folder.resolve("usrlib"));
            OwnerFile.write(configuration().resolve("config.yaml"), yaml());
        } catch (IOException e) {
            throw new UncheckedIOException("Flink's configuration could not be written to " + configuration(), e);
        }
        this.jobManager = CompletableFuture.supplyAsync(() -> ask("GET_JM_RESOURCE_PARAMS"));
        this.taskManager = CompletableFuture.supplyAsync(() -> ask("GET_TM_RESOURCE_PARAMS"));
    }

    /** Makes {@code jar} a part of every process, as application mode wants it. */
    void addUserJar(Path jar) {
        try {
            Path target = folder.resolve("usrlib").resolve(jar.getFileName());
            Files.deleteIfExists(target);
            Files.copy(jar, target);
        } catch (IOException e) {
            throw new UncheckedIOException("the job's jar " + jar + " could not be copied to usrlib", e);
        }
    }

    /** The log of a process of this cluster. */
    Path log(String process) {
        return folder.resolve(process + ".log");
    }

    /** A JobManager. */
    JavaCommand jobManager(String mainClass, List<String> arguments) {
        FlinkJvm jvm = jobManager.join();
        List<String> all =
                new ArrayList<>(List.of("--configDir", configuration().toString()));
        all.addAll(jvm.arguments());
        all.addAll(List.of("-D", "io.tmp.dirs=" + folder.resolve("jobmanager-tmp")));
        all.addAll(arguments);
        return command(jvm.with(given("env.java.opts.jobmanager")), mainClass, all);
    }

    /** A TaskManager with a name of its own and options of its own for its virtual machine. */
    JavaCommand taskManager(String name, List<String> jvmOptions) {
        FlinkJvm jvm = taskManager.join();
        List<String> all =
                new ArrayList<>(List.of("--configDir", configuration().toString()));
        all.addAll(jvm.arguments());
        all.addAll(List.of("-D", "taskmanager.resource-id=" + name));
        all.addAll(List.of("-D", "io.tmp.dirs=" + folder.resolve(name + "-tmp")));
        List<String> more = new ArrayList<>(given("env.java.opts.taskmanager"));
        more.addAll(jvmOptions);
        return command(jvm.with(more), "org.apache.flink.runtime.taskexecutor.TaskManagerRunner", all);
    }

    /** {@code flink}, the command. */
    JavaCommand client(List<String> arguments) {
        List<String> jvm = new ArrayList<>(List.of("-Xmx256m", "-XX:+UseSerialGC", "-Xshare:auto"));
        jvm.addAll(FlinkJvm.OPENS);
        return command(jvm, "org.apache.flink.client.cli.CliFrontend", arguments);
    }

    private JavaCommand command(List<String> jvmOptions, String mainClass, List<String> arguments) {
        List<String> all = new ArrayList<>(jvmOptions);
        all.add(logging);
        Map<String, String> environment = Map.of(
                "FLINK_CONF_DIR", configuration().toString(),
                "FLINK_LIB_DIR", folder.resolve("lib").toString());
        return new JavaCommand(all, classPath, mainClass, arguments, environment, folder, false);
    }

    private FlinkJvm ask(String question) {
        return FlinkJvm.ask(question, configuration(), classPath, folder);
    }

    private Path configuration() {
        return folder.resolve("conf");
    }

    private List<String> given(String option) {
        String value = options.getOrDefault(option, "").strip();
        return value.isEmpty() ? List.of() : Arrays.asList(value.split("\\s+"));
    }

    private String yaml() {
        return options.entrySet().stream()
                .map(option -> option.getKey() + ": '" + option.getValue().replace("'", "''") + "'\n")
                .collect(Collectors.joining());
    }
}
