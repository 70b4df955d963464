// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cluster;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How a {@link ProcessStack} is made.
 *
 * @param folder for data, logs and temporary files of all processes; its owner removes it
 * @param parallelism of the job, and partitions of the ingest, query and result topics
 * @param taskManagers the options of each TaskManager's virtual machine, beside those of all; two slots each
 * @param highAvailability whether JobManagers that are killed leave the job to the next one, by ZooKeeper
 * @param flink options of the cluster, such as {@code execution.checkpointing.interval}, which win over the defaults here
 * @param job options of the job, such as {@code memory.cold-age}, which win over the defaults here
 */
public record ProcessOptions(
        Path folder,
        int parallelism,
        List<List<String>> taskManagers,
        boolean highAvailability,
        Map<String, String> flink,
        Map<String, String> job) {
    /** Copies what it is given. */
    public ProcessOptions {
        Objects.requireNonNull(folder);
        taskManagers = taskManagers.stream().map(List::copyOf).toList();
        flink = Map.copyOf(flink);
        job = Map.copyOf(job);
    }

    /** One TaskManager, parallelism 2, a checkpoint every 2 s, JobManagers not highly available. */
    public static ProcessOptions in(Path folder) {
        return new ProcessOptions(folder, 2, List.of(List.of()), false, Map.of(), Map.of());
    }

    /** With the given parallelism. */
    public ProcessOptions withParallelism(int tasks) {
        return new ProcessOptions(folder, tasks, taskManagers, highAvailability, flink, job);
    }

    /** With one TaskManager for each list of options of its virtual machine. */
    public ProcessOptions withTaskManagers(List<List<String>> jvmOptions) {
        return new ProcessOptions(folder, parallelism, jvmOptions, highAvailability, flink, job);
    }

    /** With ZooKeeper, by which a JobManager that is killed leaves the job to the next one. */
    public ProcessOptions withHighAvailability() {
        return new ProcessOptions(folder, parallelism, taskManagers, true, flink, job);
    }

    /** With one more option of the cluster. */
    public ProcessOptions withFlink(String key, String value) {
        return new ProcessOptions(folder, parallelism, taskManagers, highAvailability, with(flink, key, value), job);
    }

    /** With one more option of the job. */
    public ProcessOptions withJob(String key, String value) {
        return new ProcessOptions(folder, parallelism, taskManagers, highAvailability, flink, with(job, key, value));
    }

    private static Map<String, String> with(Map<String, String> map, String key, String value) {
        Map<String, String> more = new HashMap<>(map);
        more.put(key, value);
        return more;
    }
}
