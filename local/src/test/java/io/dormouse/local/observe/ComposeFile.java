// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.observe;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.YamlParserUtils;

/** What docker-compose.yml says, as far as tests need it. */
final class ComposeFile {
    static final Path PATH = Tools.REPOSITORY.resolve("docker-compose.yml");

    private static final String FLINK_PROPERTIES = "x-flink-properties";

    private ComposeFile() {}

    /** The options that its Flink has. */
    static Configuration flinkOptions() throws Exception {
        String lines = (String) YamlParserUtils.loadYamlFile(PATH.toFile()).get(FLINK_PROPERTIES);
        Map<String, String> options = new HashMap<>();
        for (String line : lines.strip().split("\n")) {
            String[] option = line.split(": ", 2);
            options.put(option[0].strip(), option[1].strip());
        }
        return Configuration.fromMap(options);
    }

    /** The variables that {@code .env} gives it. */
    static Map<String, String> variables() throws Exception {
        Map<String, String> variables = new HashMap<>();
        for (String line : Files.readAllLines(Tools.REPOSITORY.resolve(".env"))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] variable = line.split("=", 2);
                variables.put(variable[0], variable[1]);
            }
        }
        return variables;
    }
}
