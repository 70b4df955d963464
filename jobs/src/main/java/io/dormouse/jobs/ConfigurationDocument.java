// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.configuration.ConfigOption;

/** {@code docs/configuration.md}, made from the options, so that it cannot differ from them. */
public final class ConfigurationDocument {
    private ConfigurationDocument() {}

    /** Writes the document to the file that is the one argument. */
    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            throw new IllegalArgumentException("expected one argument, the file to write; got " + args.length);
        }
        Files.writeString(Path.of(args[0]), text());
    }

    /** The document. */
    static String text() {
        StringBuilder text = new StringBuilder("""
                # Configuration

                Every option of the retrieval job, made from `RetrievalOptions` by `ConfigurationDocument`: change it there.
                Options come from a YAML file (`--config FILE`, keys nested or dotted) and from arguments (`--key value`), which
                win over the file. Flink's own options are taken under their own names in both places.
                """);
        String group = "";
        for (ConfigOption<?> option : OptionList.options()) {
            String key = option.key();
            String prefix = key.substring(0, key.indexOf('.'));
            if (!prefix.equals(group)) {
                group = prefix;
                text.append("\n## ").append(group).append("\n| option | default | what it is |\n|---|---|---|\n");
            }
            String standard = OptionList.defaultOf(option);
            text.append("| `").append(key).append("` | ");
            text.append(standard.isEmpty() ? "" : "`" + standard + "`").append(" | ");
            text.append(OptionList.descriptionOf(option).replace("|", "\\|")).append(" |\n");
        }
        return text.toString();
    }
}
