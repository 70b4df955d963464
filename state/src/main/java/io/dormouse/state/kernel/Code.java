// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/** How the vectors of a page are stored: the code itself and the float factors that go with each row. */
public enum Code {
    /** The exact little-endian float32 values. One factor: the Euclidean norm. */
    FLOAT32(0, 1),
    /** One signed byte per dimension, {@code round(v * 127 / max|v|)}. Two factors: the norm, then the scale max|v| / 127. */
    INT8(1, 2);

    /** Index of the factor that holds the Euclidean norm of the row as it was appended. */
    public static final int NORM = 0;

    /** Index of the factor that holds the value of one int8 step. */
    public static final int SCALE = 1;

    private static final Code[] BY_ID = values();

    private final byte id;
    private final int factors;

    Code(int id, int factors) {
        this.id = (byte) id;
        this.factors = factors;
    }

    /** The byte that stands for this code in every stored format; it never changes. */
    public byte id() {
        return id;
    }

    /** How many floats accompany each row. */
    public int factors() {
        return factors;
    }

    /** Bytes of one row's code; rows are not padded. */
    public int codeBytes(int dimension) {
        return this == FLOAT32 ? Math.multiplyExact(dimension, Float.BYTES) : dimension;
    }

    /** The code of a stored id. */
    public static Code ofId(int id) {
        if (id < 0 || id >= BY_ID.length) {
            throw new IllegalArgumentException("code id " + id + " is unknown; expected 0 (FLOAT32) or 1 (INT8)");
        }
        return BY_ID[id];
    }
}
