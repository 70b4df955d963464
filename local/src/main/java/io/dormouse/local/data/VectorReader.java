// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Reads {@code .fvecs} vectors one at a time, so that a file larger than memory can be streamed. */
public final class VectorReader implements AutoCloseable {
    private final InputStream in;
    private final String name;

    /** {@code name} is what errors call the input. */
    public VectorReader(InputStream in, String name) {
        this.in = Objects.requireNonNull(in);
        this.name = Objects.requireNonNull(name);
    }

    /** The next vector, or null at the end. */
    public float[] next() throws IOException {
        ByteBuffer row = VectorFiles.nextRow(in, name);
        if (row == null) {
            return null;
        }
        float[] vector = new float[row.remaining() / Float.BYTES];
        row.asFloatBuffer().get(vector);
        return vector;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
