// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Finds ports on 127.0.0.1 that nobody listens on. */
final class FreePorts {
    private FreePorts() {}

    /** {@code wanted} when it is not 0 and free, or any free port when it is 0. */
    static int find(int wanted) {
        try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "port " + wanted + " on 127.0.0.1 cannot be used (" + e.getMessage()
                            + "): stop what listens there, or choose another, or 0 for any free one",
                    e);
        }
    }
}
