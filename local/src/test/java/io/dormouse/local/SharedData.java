// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import java.nio.file.Files;
import java.nio.file.Path;

/** The evaluation data beside the checkout, which is not part of the project. */
public final class SharedData {
    /** Why a test that needs it is skipped. */
    public static final String ABSENT =
            "skipped: the evaluation data is not there; put it beside the checkout as shared/data, or set -Ddormouse.data";

    private SharedData() {}

    /** The folder of that name, or null when it is absent. */
    public static Path folder(String name) {
        String configured = System.getProperty("dormouse.data");
        if (configured != null) {
            return existing(Path.of(configured, name));
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path found = existing(at.resolve("shared").resolve("data").resolve(name));
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static Path existing(Path folder) {
        return Files.isDirectory(folder) ? folder : null;
    }
}
