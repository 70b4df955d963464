// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.objectstore;

import com.sun.net.httpserver.HttpExchange;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The real server behind a {@link FaultyObjectStore}. Speaks HTTP 1.0 over a socket, since Java's clients set the
 * {@code Host} header themselves.
 */
record Upstream(String host, int port) {
    private static final String LENGTH = "content-length";

    /** Headers of a request that speak of the connection to us. */
    private static final Set<String> REQUEST_HOP =
            Set.of("connection", "keep-alive", "transfer-encoding", "expect", LENGTH);

    /** Headers of an answer that are set anew. */
    private static final Set<String> ANSWER_HOP = Set.of("connection", "keep-alive", "transfer-encoding", "date");

    /** Passes a request on and returns the whole answer. */
    Answer ask(HttpExchange exchange, byte[] body) throws IOException {
        try (Socket socket = new Socket(host, port)) {
            socket.getOutputStream().write(head(exchange, body.length).getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
            return answer(new BufferedInputStream(socket.getInputStream()));
        }
    }

    private static String head(HttpExchange exchange, int length) {
        StringBuilder head = new StringBuilder();
        head.append(exchange.getRequestMethod()).append(' ');
        head.append(exchange.getRequestURI()).append(" HTTP/1.0\r\n");
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!REQUEST_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(
                        value -> head.append(name).append(": ").append(value).append("\r\n"));
            }
        });
        return head.append("Content-Length: ").append(length).append("\r\n\r\n").toString();
    }

    private static Answer answer(InputStream in) throws IOException {
        String[] status = line(in).split(" ", 3);
        Map<String, List<String>> headers = new HashMap<>();
        long promised = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            if (name.equals(LENGTH)) {
                promised = Long.parseLong(value);
            } else if (!ANSWER_HOP.contains(name)) {
                headers.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
            }
        }
        byte[] body = in.readAllBytes();
        return new Answer(Integer.parseInt(status[1]), headers, body, Math.max(promised, body.length));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the object store closed the connection after '" + line + "'");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
