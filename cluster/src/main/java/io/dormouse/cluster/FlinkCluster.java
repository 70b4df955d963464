// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.cluster;

import io.dormouse.process.FreePorts;
import io.dormouse.process.JavaCommand;
import io.dormouse.process.ServerProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Flink cluster of processes on 127.0.0.1: one JobManager, and TaskManagers that come and go. In session mode jobs are
 * submitted to it, in application mode it is made for one job.
 */
public final class FlinkCluster implements AutoCloseable {
    private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(120);

    private final FlinkHome home;
    private final FlinkRest rest;
    private final ServerProcess jobManager;
    private final List<ServerProcess> taskManagers = new ArrayList<>();

    private FlinkCluster(FlinkHome home, FlinkRest rest, String mainClass, List<String> arguments) {
        this.home = home;
        this.rest = rest;
        this.jobManager = new ServerProcess(
                "the JobManager at " + rest.address(),
                home.log("jobmanager"),
                home.jobManager(mainClass, arguments),
                rest::answers);
    }

    /**
     * Starts the JobManager of a session cluster, not waiting until it is ready.
     *
     * @param folder for configuration, logs and temporary files
     * @param options Flink's, which win over the defaults here; secrets are safe among them
     */
    public static FlinkCluster launchSession(Path folder, Map<String, String> options) {
        int port = FreePorts.find(0);
        return launch(
                new FlinkHome(folder, withDefaults(port, options)),
                port,
                "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                List.of("--executionMode", "cluster"));
    }

    /** As {@link #launchSession}, with a JobManager that runs one job from its jar and ends with it. */
    public static FlinkCluster launchApplication(Path folder, Map<String, String> options, Path jar, JobRun run) {
        int port = FreePorts.find(0);
        Map<String, String> all = withDefaults(port, options);
        all.put("parallelism.default", String.valueOf(run.parallelism()));
        FlinkHome home = new FlinkHome(folder, all);
        home.addUserJar(jar);
        List<String> arguments = new ArrayList<>();
        run.restoreFrom().ifPresent(path -> arguments.addAll(List.of("--fromSavepoint", path)));
        arguments.addAll(run.arguments());
        return launch(
                home, port, "org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint", arguments);
    }

    private static FlinkCluster launch(FlinkHome home, int restPort, String mainClass, List<String> arguments) {
        FlinkRest rest = new FlinkRest(URI.create("http://127.0.0.1:" + restPort));
        FlinkCluster cluster = new FlinkCluster(home, rest, mainClass, arguments);
        cluster.jobManager.launch();
        return cluster;
    }

    /** The JobManager. */
    public ServerProcess jobManager() {
        return jobManager;
    }

    /** The JobManager's REST interface. */
    public FlinkRest rest() {
        return rest;
    }

    /** The TaskManager that was started as the {@code number}-th, from 0. */
    public ServerProcess taskManager(int number) {
        return taskManagers.get(number);
    }

    /** How many TaskManagers were started so far, killed ones among them. */
    public int taskManagers() {
        return taskManagers.size();
    }

    /** Starts one more TaskManager, with options of its own for its virtual machine, and waits until it is registered. */
    public ServerProcess startTaskManager(String... jvmOptions) {
        ServerProcess started = launchTaskManager(jvmOptions);
        started.awaitReady();
        return started;
    }

    /** As {@link #startTaskManager} without waiting. */
    public ServerProcess launchTaskManager(String... jvmOptions) {
        String name = "taskmanager-" + taskManagers.size();
        ServerProcess taskManager = new ServerProcess(
                name + " of " + rest.address(),
                home.log(name),
                home.taskManager(name, List.of(jvmOptions)),
                () -> rest.hasTaskManager(name));
        taskManagers.add(taskManager);
        return taskManager.launch();
    }

    /** Waits until the JobManager leads and every TaskManager started so far is registered. */
    public void awaitReady() {
        jobManager.awaitReady();
        taskManagers.forEach(ServerProcess::awaitReady);
    }

    /** Runs the command {@code flink} with these arguments, such as {@code run -d dormouse-job.jar}. */
    public JavaCommand.Ended flink(String... arguments) {
        return home.client(List.of(arguments)).run(CLIENT_TIMEOUT);
    }

    /** Ends every process at once, as when the machine is lost. */
    public void kill() {
        jobManager.kill();
        taskManagers.forEach(ServerProcess::kill);
    }

    @Override
    public void close() {
        taskManagers.forEach(ServerProcess::close);
        jobManager.close();
    }

    /** Small, quick to notice a loss, and on this machine only. */
    private static Map<String, String> withDefaults(int restPort, Map<String, String> options) {
        Map<String, String> all = new HashMap<>();
        all.put("rest.address", "127.0.0.1");
        all.put("rest.bind-address", "127.0.0.1");
        all.put("rest.port", String.valueOf(restPort));
        all.put("rest.bind-port", String.valueOf(restPort));
        all.put("jobmanager.rpc.address", "127.0.0.1");
        all.put("jobmanager.bind-host", "127.0.0.1");
        all.put("jobmanager.rpc.port", String.valueOf(FreePorts.find(0)));
        all.put("jobmanager.memory.process.size", "1024m");
        all.put("taskmanager.host", "127.0.0.1");
        all.put("taskmanager.bind-host", "127.0.0.1");
        all.put("taskmanager.numberOfTaskSlots", "2");
        all.put("taskmanager.memory.process.size", "1408m");
        all.put("taskmanager.memory.managed.size", "128m");
        all.put("taskmanager.memory.network.min", "64m");
        all.put("taskmanager.memory.network.max", "64m");
        all.put("heartbeat.interval", "2000");
        all.put("heartbeat.timeout", "8000");
        // It has little to do, and compiling it well would take processors from the others.
        all.put("env.java.opts.jobmanager", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1");
        all.put("env.java.opts.taskmanager", "--add-modules=jdk.incubator.vector");
        all.putAll(options);
        return all;
    }
}
