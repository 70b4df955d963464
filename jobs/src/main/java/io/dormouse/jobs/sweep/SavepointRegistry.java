// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dormouse.state.sweep.ColdLayout;
import io.dormouse.state.sweep.ColdObject;
import io.dormouse.state.sweep.ColdObjects;
import io.dormouse.state.sweep.Inventory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The savepoints that a sweep must respect, as small JSON objects beside the segments: {@code roots/HASH.json} with the
 * SHA-256 of the savepoint's URI, so that a damaged entry shows (docs/formats.md, "Registered savepoints").
 */
public final class SavepointRegistry {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FORMAT = "dormouse-root";
    private static final int VERSION = 1;

    private final ColdObjects objects;

    /**
     * A registered savepoint.
     *
     * @param uri its folder
     * @param registeredMillis when it was registered, since the epoch
     */
    public record Entry(String uri, long registeredMillis) {}

    public SavepointRegistry(ColdObjects objects) {
        this.objects = Objects.requireNonNull(objects, "objects");
    }

    /**
     * Registers a savepoint, or a checkpoint that is to be kept.
     *
     * @param path its folder, or its {@code _metadata} file; a path or URI
     * @return what it needs
     * @throws IOException when it cannot be read, or needs segments that are nowhere; then it is not registered
     */
    public RootSegments register(String path, RootReader reader, long nowMillis) throws IOException {
        String uri = RootFolder.uri(path);
        boolean known = objects.stat(object(uri)).isPresent();
        RootSegments needed = reader.read(require(uri));
        if (needed.source() == RootSegments.Source.NO_MEMORY) {
            throw new IOException(uri + " holds no paged memory: it is of another job");
        }
        // First the entry, so that a sweep that runs now sees it before it deletes anything for good.
        objects.write(object(uri), write(new Entry(uri, nowMillis)));
        Inventory inventory = Inventory.of(objects, seen -> {});
        List<String> missing =
                needed.names().stream().filter(name -> !inventory.has(name)).toList();
        if (!missing.isEmpty()) {
            if (!known) {
                objects.delete(object(uri));
            }
            throw new IOException(uri + " needs " + missing.size() + " segments that are gone, such as "
                    + missing.get(0) + ": it cannot be restored whole, or this is not where its cold pages lie");
        }
        return needed;
    }

    /** Takes a savepoint out; false when it was not registered. It need not exist any more. */
    public boolean unregister(String path) throws IOException {
        String object = object(RootFolder.uri(path));
        boolean known = objects.stat(object).isPresent();
        objects.delete(object);
        return known;
    }

    /** All entries, in order of their URIs. */
    public List<Entry> entries() throws IOException {
        List<ColdObject> found = new ArrayList<>();
        objects.list(ColdLayout.ROOTS, found::add);
        List<Entry> entries = new ArrayList<>();
        for (ColdObject each : found) {
            entries.add(read(each.path()));
        }
        entries.sort((a, b) -> a.uri().compareTo(b.uri()));
        return entries;
    }

    /** The registered savepoints as roots; all must be there. */
    List<Root> roots() throws IOException {
        List<Root> roots = new ArrayList<>();
        for (Entry entry : entries()) {
            roots.add(require(entry.uri()));
        }
        return roots;
    }

    private static Root require(String uri) throws IOException {
        Optional<Root> root = RootFolder.at(uri, true);
        return root.orElseThrow(() -> new IOException("there is no savepoint at " + uri
                + ": it has no _metadata file. If it was removed on purpose, unregister it"));
    }

    private static byte[] write(Entry entry) throws JsonProcessingException {
        return JSON.writerWithDefaultPrettyPrinter()
                .writeValueAsBytes(JSON.createObjectNode()
                        .put("format", FORMAT)
                        .put("version", VERSION)
                        .put("savepoint", entry.uri())
                        .put("registeredMillis", entry.registeredMillis()));
    }

    private Entry read(String path) throws IOException {
        try {
            JsonNode json = JSON.readTree(objects.read(path));
            String uri = json.path("savepoint").asText();
            boolean sound = json.path("format").asText().equals(FORMAT)
                    && json.path("version").asInt() == VERSION
                    && object(uri).equals(path);
            if (sound) {
                return new Entry(uri, json.path("registeredMillis").asLong());
            }
        } catch (JsonProcessingException e) {
            // said below
        }
        throw new IOException(path + " is no sound entry of a registered savepoint (format " + FORMAT + ", version "
                + VERSION + ", named by the hash of its URI): register the savepoint again, then remove this object");
    }

    private static String object(String uri) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(uri.getBytes(StandardCharsets.UTF_8));
            return ColdLayout.ROOTS + HexFormat.of().formatHex(hash) + ".json";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
