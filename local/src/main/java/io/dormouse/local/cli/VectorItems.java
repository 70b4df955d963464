// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.local.data.VectorReader;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.Vectors;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Items from an {@code .fvecs} file, with a payload line each where a payload file is given. */
final class VectorItems implements ItemSource {
    private final VectorReader vectors;
    private final String name;
    private final String namespace;
    private final BufferedReader payloads;
    private long row = -1;

    /** {@code payloads} may be null. */
    VectorItems(VectorReader vectors, String name, String namespace, BufferedReader payloads) {
        this.vectors = Objects.requireNonNull(vectors);
        this.name = Objects.requireNonNull(name);
        this.namespace = Objects.requireNonNull(namespace);
        this.payloads = payloads;
    }

    @Override
    public IngestRecord next() throws IOException {
        float[] vector = vectors.next();
        row++;
        if (vector == null) {
            return null;
        }
        IngestRecord item = IngestRecord.newBuilder()
                .setNamespace(namespace)
                .setId(String.valueOf(row))
                .setVector(Vectors.toBytes(vector))
                .build();
        if (payloads != null) {
            item.setPayload(payload());
        }
        return item;
    }

    private ByteBuffer payload() throws IOException {
        String line = payloads.readLine();
        if (line == null) {
            throw new IOException(place() + " has no payload: the payload file has only " + row + " lines");
        }
        return ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String place() {
        return name + " row " + row;
    }

    @Override
    public void close() throws IOException {
        vectors.close();
        if (payloads != null) {
            payloads.close();
        }
    }
}
