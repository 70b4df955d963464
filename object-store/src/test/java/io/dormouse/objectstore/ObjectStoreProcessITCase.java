// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ObjectStoreProcessITCase {
    @TempDir
    private Path folder;

    @Test
    void aServerThatIsKilledComesBackWhereItWas() throws Exception {
        try (ObjectStoreProcess store = ObjectStoreProcess.start(folder)) {
            store.createBucket("a");
            URI endpoint = store.endpoint();
            ProcessHandle first = store.process();
            assertThat(store.flinkOptions()).containsEntry("s3.endpoint", endpoint.toString());

            store.kill();
            assertThat(first.isAlive()).isFalse();
            store.restart();
            assertThat(store.endpoint()).isEqualTo(endpoint);
            assertThat(store.process().isAlive()).isTrue();
            assertThat(store.data().resolve("a")).isDirectory();

            ProcessHandle second = store.process();
            store.stop();
            assertThat(second.isAlive()).isFalse();
        }
    }

    @Test
    void interruptsFromATerminalDoNotEndAServer() throws Exception {
        try (ObjectStoreProcess store = ObjectStoreProcess.start(folder)) {
            ProcessHandle server = store.process();
            for (String signal : new String[] {"-INT", "-HUP"}) {
                new ProcessBuilder("kill", signal, String.valueOf(server.pid()))
                        .start()
                        .waitFor();
            }
            assertThatThrownBy(() -> server.onExit().get(2, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            store.awaitAnswer();
            store.stop();
            assertThat(server.isAlive()).isFalse();
        }
    }

    @Test
    void theSecretIsReadByItsOwnerAlone() throws Exception {
        try (ObjectStoreProcess store = ObjectStoreProcess.start(folder)) {
            assertThat(store.process().info().commandLine().orElse(""))
                    .doesNotContain(store.flinkOptions().get("s3.secret-key"));
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(folder.resolve("server.properties"))))
                    .startsWith("rw----");
        }
    }

    @Test
    void aServerThatCannotStartNamesItsLog() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> ObjectStoreProcess.start(folder, taken.getLocalPort()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll(
                            "port " + taken.getLocalPort(),
                            folder.resolve("server.log").toString());
            assertThat(folder.resolve("server.log")).content().contains("Failed to bind");
        }
    }

    @Test
    void aServerEndsWhenTheProcessThatStartedItIsKilled() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            BufferedReader printed =
                    new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8));
            ProcessHandle server =
                    ProcessHandle.of(Long.parseLong(printed.readLine())).orElseThrow();
            assertThat(server.isAlive()).isTrue();
            parent.destroyForcibly().waitFor();
            server.onExit().get(10, TimeUnit.SECONDS);
        } finally {
            parent.destroyForcibly();
        }
    }

    /** A process that starts a server, says which, and hangs. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws Exception {
            System.out.println(
                    ObjectStoreProcess.start(Path.of(arguments[0])).process().pid());
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
