// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.Deflater;

/** Makes a jar that runs {@link PassThroughJob}: the retrieval job's, with that class and another main class. */
final class PassThroughJar {
    private PassThroughJar() {}

    static Path write(Path jobJar, Path target) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, PassThroughJob.class.getName());
        try (JarFile from = new JarFile(jobJar.toFile());
                OutputStream file = Files.newOutputStream(target);
                JarOutputStream to = new JarOutputStream(file, manifest)) {
            to.setLevel(Deflater.BEST_SPEED);
            for (Enumeration<JarEntry> entries = from.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                if (!entry.isDirectory() && !entry.getName().equals(JarFile.MANIFEST_NAME)) {
                    copy(from.getInputStream(entry), entry.getName(), to);
                }
            }
            String own = PassThroughJob.class.getName().replace('.', '/') + ".class";
            copy(PassThroughJob.class.getClassLoader().getResourceAsStream(own), own, to);
        }
        return target;
    }

    private static void copy(InputStream from, String name, JarOutputStream to) throws IOException {
        try (from) {
            to.putNextEntry(new JarEntry(name));
            from.transferTo(to);
            to.closeEntry();
        }
    }
}
