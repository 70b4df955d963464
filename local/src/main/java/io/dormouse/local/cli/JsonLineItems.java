// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.MalformedRecordException;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Objects;

/** Items as JSON lines in the wire form; namespace and id are filled in where they are missing. Empty lines are skipped. */
final class JsonLineItems implements ItemSource {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BufferedReader lines;
    private final String name;
    private final String namespace;
    private long line;

    JsonLineItems(BufferedReader lines, String name, String namespace) {
        this.lines = Objects.requireNonNull(lines);
        this.name = Objects.requireNonNull(name);
        this.namespace = Objects.requireNonNull(namespace);
    }

    @Override
    public IngestRecord next() throws IOException {
        String text;
        do {
            text = lines.readLine();
            line++;
        } while (text != null && text.isBlank());
        return text == null ? null : item(text);
    }

    private IngestRecord item(String text) throws IOException {
        try {
            JsonNode node = JSON.readTree(text);
            if (!(node instanceof ObjectNode object)) {
                throw new IOException(place() + ": expected one JSON object, found " + node.getNodeType());
            }
            if (!object.has("namespace")) {
                object.put("namespace", namespace);
            }
            if (!object.has("id")) {
                object.put("id", String.valueOf(line));
            }
            return WireCodec.INGEST.decode(JSON.writeValueAsBytes(object), WireFormat.JSON);
        } catch (JsonProcessingException e) {
            throw new IOException(place() + " is no JSON: " + e.getOriginalMessage(), e);
        } catch (MalformedRecordException e) {
            throw new IOException(place() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String place() {
        return name + " line " + line;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
