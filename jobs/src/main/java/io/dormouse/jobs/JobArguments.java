// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import java.io.File;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.YamlParserUtils;
import org.apache.flink.util.ParameterTool;

/** Reads the job's configuration: a YAML file, and arguments that override it. */
final class JobArguments {
    private static final String CONFIG = "config";
    private static final String HELP = "help";

    private JobArguments() {}

    /**
     * The configuration of {@code [--config FILE] [--key value]...}, or null when only help was asked for.
     *
     * @throws IllegalArgumentException when the file cannot be read or a key of ours is unknown
     */
    static Configuration parse(String[] args, PrintStream help) {
        if (Arrays.asList(args).contains("--" + HELP)) {
            printHelp(help);
            return null;
        }
        Map<String, String> given = new HashMap<>(ParameterTool.fromArgs(args).toMap());
        Map<String, String> all = new HashMap<>();
        String file = given.remove(CONFIG);
        if (file != null) {
            flatten("", load(file), all);
        }
        all.putAll(given);
        OptionList.unknown(all.keySet()).ifPresent(key -> {
            throw new IllegalArgumentException(
                    "option " + key + " is unknown: run with --help for the list of options");
        });
        return Configuration.fromMap(all);
    }

    private static Map<String, Object> load(String file) {
        try {
            return YamlParserUtils.loadYamlFile(new File(file));
        } catch (Exception e) {
            throw new IllegalArgumentException("cannot read --config " + file + " as YAML: " + e.getMessage(), e);
        }
    }

    private static void flatten(String prefix, Map<?, ?> from, Map<String, String> to) {
        from.forEach((key, value) -> {
            String path = prefix.isEmpty() ? String.valueOf(key) : prefix + "." + key;
            if (value instanceof Map<?, ?> nested) {
                flatten(path, nested, to);
            } else {
                to.put(path, value instanceof String text ? text : YamlParserUtils.toYAMLString(value));
            }
        });
    }

    private static void printHelp(PrintStream out) {
        out.println("Dormouse, a long-term memory that runs as a Flink job.");
        out.println();
        out.println("Usage: flink run dormouse.jar [--config FILE] [--key value]...");
        out.println();
        out.println("FILE is YAML; arguments override it. Flink's own options are taken under their own names.");
        for (ConfigOption<?> option : OptionList.options()) {
            out.println();
            out.println("  --" + option.key() + " (default " + OptionList.defaultOf(option) + ")");
            out.println("      " + OptionList.descriptionOf(option));
        }
    }
}
