// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Class paths that the build has written as resources, one beside the class that starts the program. */
public final class ClassPaths {
    private ClassPaths() {}

    /** The class path in the resource {@code name} beside {@code owner}. */
    public static String read(Class<?> owner, String name) {
        try (InputStream in = owner.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource " + name + " beside " + owner.getName()
                        + " is missing: build its module again (./mvnw process-classes)");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + name + " cannot be read", e);
        }
    }

    /** With the place of {@link ParentWatch} in front. */
    static String withWatch(String classPath) {
        Path own = Path.of(URI.create(ParentWatch.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
        return own + System.getProperty("path.separator") + classPath;
    }
}
