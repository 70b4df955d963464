// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.objectstore;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP server that stands before an object store and passes requests on, one {@link Fault} at a time put between. It
 * keeps its port when it {@linkplain #goAway() goes away} and {@linkplain #comeBack() comes back}.
 *
 * <p>The client's {@code Host} header is passed on as it came, since S3's signatures cover it.
 */
public final class FaultyObjectStore implements AutoCloseable {
    static {
        // Else a body waits 40 ms for the acknowledgement of its headers, in every answer.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final Upstream upstream;
    private final ExecutorService threads =
            Executors.newCachedThreadPool(task -> new Thread(task, "faulty object store"));
    private final AtomicInteger requests = new AtomicInteger();
    private final int port;
    private volatile Fault fault = Fault.none();
    private volatile boolean flipUploads;
    private HttpServer server;

    /** Stands before the server at {@code upstream} from now on, on any free port. */
    public FaultyObjectStore(URI upstream) {
        this.upstream = new Upstream(upstream.getHost(), upstream.getPort());
        this.port = listen(0);
    }

    /** Where it listens. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** {@code options} of a store ({@code s3.*}), leading here instead. */
    public Map<String, String> flinkOptions(Map<String, String> options) {
        Map<String, String> here = new HashMap<>(options);
        here.put("s3.endpoint", endpoint().toString());
        return Map.copyOf(here);
    }

    /** From now on this goes wrong with every answer. */
    public void set(Fault next) {
        fault = Objects.requireNonNull(next);
    }

    /** Whether one bit of every body that is sent to the server is wrong from now on. */
    public void flipUploads(boolean flip) {
        flipUploads = flip;
    }

    /** Requests that have come so far, retries included. */
    public int requests() {
        return requests.get();
    }

    /** Refuses connections from now on, and drops those that exist. */
    public void goAway() {
        server.stop(0);
    }

    /** Listens again. */
    public void comeBack() {
        listen(port);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private int listen(int wanted) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("port " + wanted + " on 127.0.0.1 cannot be used", e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            Answer real = upstream.ask(exchange, body(exchange));
            Answer changed = fault.change(real);
            exchange.getResponseHeaders().putAll(changed.headers());
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", String.valueOf(real.promised()));
                exchange.sendResponseHeaders(changed.status(), -1);
                return;
            }
            exchange.sendResponseHeaders(changed.status(), changed.promised() == 0 ? -1 : changed.promised());
            OutputStream out = exchange.getResponseBody();
            out.write(changed.body());
            out.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] body(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (flipUploads && body.length > 0) {
            body[body.length / 2] ^= 1;
        }
        return body;
    }
}
