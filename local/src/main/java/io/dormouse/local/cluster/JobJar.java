// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cluster;

import java.nio.file.Files;
import java.nio.file.Path;

/** The jar that is submitted, as the build has made it. */
public final class JobJar {
    /** System property that names it; else it is sought below {@code dormouse.home}. */
    public static final String PROPERTY = "dormouse.jobJar";

    private JobJar() {}

    /** Where it is. */
    public static Path find() {
        String named = System.getProperty(PROPERTY);
        Path jar = named != null
                ? Path.of(named)
                : Path.of(System.getProperty("dormouse.home", "."), "jobs", "target", "dormouse-job.jar");
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException("there is no job jar at " + jar.toAbsolutePath()
                    + ": build it by ./mvnw package -DskipTests -pl jobs -am, or name one by -D" + PROPERTY);
        }
        return jar.toAbsolutePath().normalize();
    }
}
