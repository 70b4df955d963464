// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.process;

import io.dormouse.jobs.OptionList;
import io.dormouse.local.cluster.ProcessOptions;
import io.dormouse.local.cluster.ProcessStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.flink.util.FileUtils;

/** A memory as processes in a folder of their own, which goes with them. */
public final class TemporaryStack implements AutoCloseable {
    private final Path folder;
    private final ProcessStack stack;
    private boolean logsKept;

    /**
     * Starts the processes.
     *
     * @param name of the benchmark
     * @param options what the benchmark wants
     * @param given options of the job or of Flink by key, which win over those
     */
    public TemporaryStack(String name, UnaryOperator<ProcessOptions> options, Map<String, String> given)
            throws IOException {
        folder = Files.createTempDirectory("dormouse-" + name);
        try {
            stack = ProcessStack.start(with(options.apply(ProcessOptions.in(folder)), given));
        } catch (RuntimeException e) {
            System.err.println("the logs of all processes are kept in " + folder);
            throw e;
        }
    }

    private static ProcessOptions with(ProcessOptions options, Map<String, String> given) {
        ProcessOptions all = options;
        for (Map.Entry<String, String> option : given.entrySet()) {
            boolean ours =
                    OptionList.options().stream().anyMatch(each -> each.key().equals(option.getKey()));
            all = ours
                    ? all.withJob(option.getKey(), option.getValue())
                    : all.withFlink(option.getKey(), option.getValue());
        }
        return all;
    }

    /** The processes. */
    public ProcessStack stack() {
        return stack;
    }

    /** Where they keep their files. */
    public Path folder() {
        return folder;
    }

    /** Whether the folder stays, for the logs in it. */
    public void keepLogs(boolean keep) {
        logsKept = keep;
    }

    @Override
    public void close() throws IOException {
        stack.close();
        if (logsKept) {
            System.err.println("the logs of all processes are kept in " + folder);
        } else {
            FileUtils.deleteDirectory(folder.toFile());
        }
    }
}
