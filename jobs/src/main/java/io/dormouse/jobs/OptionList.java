// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.configuration.description.HtmlFormatter;

/** All options of {@link RetrievalOptions} in the order of their declaration, for help texts and documents. */
public final class OptionList {
    private OptionList() {}

    /** The options. */
    public static List<ConfigOption<?>> options() {
        List<ConfigOption<?>> options = new ArrayList<>();
        for (Field field : RetrievalOptions.class.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers()) && field.getType() == ConfigOption.class) {
                try {
                    options.add((ConfigOption<?>) field.get(null));
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException("public option " + field.getName() + " cannot be read", e);
                }
            }
        }
        return options;
    }

    /** A key of ours that is misspelt, or empty when all are known or Flink's. */
    static Optional<String> unknown(Set<String> keys) {
        Set<String> known = options().stream().map(ConfigOption::key).collect(Collectors.toSet());
        Set<String> prefixes = known.stream().map(OptionList::prefix).collect(Collectors.toSet());
        return keys.stream()
                .filter(key -> prefixes.contains(prefix(key)))
                .filter(key -> !known.contains(key))
                .filter(key -> !key.startsWith(RetrievalOptions.KAFKA_PROPERTIES.key() + "."))
                .sorted()
                .findFirst();
    }

    /** The default as a user would write it. */
    public static String defaultOf(ConfigOption<?> option) {
        return option.hasDefaultValue() ? ConfigurationUtils.convertValue(option.defaultValue(), String.class) : "";
    }

    /** The description in one paragraph. */
    public static String descriptionOf(ConfigOption<?> option) {
        return new HtmlFormatter().format(option.description());
    }

    private static String prefix(String key) {
        int dot = key.indexOf('.');
        return dot < 0 ? key : key.substring(0, dot);
    }
}
