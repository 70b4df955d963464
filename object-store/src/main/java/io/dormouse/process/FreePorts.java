// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Finds ports on 127.0.0.1 that nobody listens on. */
public final class FreePorts {
    /**
     * Below those that systems give to outgoing connections: a server that is restarted would find its port taken by
     * one of them.
     */
    private static final int LOWEST = 10_000;

    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 200;

    private FreePorts() {}

    /** {@code wanted} when it is not 0 and free, or any free port when it is 0. */
    public static int find(int wanted) {
        for (int attempt = 1; ; attempt++) {
            int port = wanted == 0 ? ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST) : wanted;
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                if (wanted != 0 || attempt == ATTEMPTS) {
                    throw new UncheckedIOException(
                            "port " + port + " on 127.0.0.1 cannot be used (" + e.getMessage()
                                    + "): stop what listens there, or choose another, or 0 for any free one",
                            e);
                }
            }
        }
    }
}
