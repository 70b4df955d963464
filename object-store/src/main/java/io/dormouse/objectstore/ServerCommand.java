// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.objectstore;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the server's process is called: the JDK of this process, the class path that the build found, and a file of
 * properties.
 *
 * @param data the folder of the buckets
 */
record ServerCommand(URI endpoint, Path data, String accessKey, String secretKey) {
    /**
     * Ctrl-C in a terminal and its end reach every process there. They must not end the server: the stack beside it
     * still takes a checkpoint, and ends it then.
     */
    private static final List<String> DEAF_TO_THE_TERMINAL = List.of("sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh");

    /** Written by Maven, beside this class. */
    private static final String CLASS_PATH = "server.classpath";

    /** Writes {@code properties} and returns the words of the command. */
    List<String> write(Path properties) throws IOException {
        Files.deleteIfExists(properties);
        Files.createFile(properties);
        // The secret in it is nobody else's.
        properties.toFile().setReadable(false, false);
        properties.toFile().setReadable(true, true);
        Files.writeString(properties, text());
        List<String> words = new ArrayList<>(DEAF_TO_THE_TERMINAL);
        words.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Starts quickly and stays small.
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Dlogback.configurationFile=object-store-logback.xml",
                "-cp",
                classPath(),
                ObjectStoreServer.class.getName(),
                properties.toString()));
        return words;
    }

    private String text() {
        return String.join(
                "\n",
                "s3proxy.endpoint=" + endpoint,
                "s3proxy.authorization=aws-v2-or-v4",
                "s3proxy.identity=" + accessKey,
                "s3proxy.credential=" + secretKey,
                "jclouds.provider=filesystem-nio2",
                "jclouds.filesystem.basedir=" + data.toString().replace('\\', '/'),
                "");
    }

    private static String classPath() throws IOException {
        try (InputStream in = ServerCommand.class.getResourceAsStream(CLASS_PATH)) {
            if (in == null) {
                throw new IOException("resource " + CLASS_PATH + " is missing: build module object-store again");
            }
            Path own = Path.of(URI.create(ServerCommand.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toString()));
            String libraries = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            return own + System.getProperty("path.separator") + libraries;
        }
    }
}
