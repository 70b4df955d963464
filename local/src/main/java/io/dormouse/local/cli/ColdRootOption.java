// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.operators.cold.ColdStores;
import io.dormouse.operators.cold.ColdTimeouts;
import io.dormouse.state.sweep.ColdObjects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where cold pages lie, and how that place and those of checkpoints are reached. */
final class ColdRootOption {
    @Option(
            names = "--cold",
            paramLabel = "URI",
            description = "Where cold pages lie, as in the job's memory.cold-path.")
    private String cold;

    @Option(
            names = "--s3",
            paramLabel = "KEY=VALUE",
            description = "Flink's options to reach it, such as s3.endpoint=http://127.0.0.1:9000; may be repeated.")
    private Map<String, String> s3 = Map.of();

    @Option(
            names = "--flink-conf",
            paramLabel = "DIR",
            description = "Folder of the cluster's config.yaml: its s3 options and checkpoint folder are used.")
    private Path flinkConf;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    private Configuration configuration;

    /** The cluster's configuration with the options given; file systems know it from the first call on. */
    Configuration configuration() {
        if (configuration == null) {
            configuration = flinkConf == null
                    ? new Configuration()
                    : GlobalConfiguration.loadConfiguration(flinkConf.toString());
            s3.forEach(configuration::setString);
            FileSystem.initialize(configuration, PluginUtils.createPluginManagerFromRootFolder(configuration));
        }
        return configuration;
    }

    /** What lies there. */
    ColdObjects objects() throws IOException {
        if (cold == null) {
            throw new ParameterException(command.commandLine(), "name where cold pages lie: --cold URI");
        }
        return ColdStores.openObjects(cold, configuration(), ColdTimeouts.DEFAULT);
    }
}
