// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * How the vectors of a page are stored: the code itself and the float factors that go with each row. A <em>relative</em>
 * code says where a row lies from the centroid of its page and means nothing without it.
 */
public enum Code {
    /** The exact little-endian float32 values. One factor: the Euclidean norm. */
    FLOAT32(0, 1),
    /** One signed byte per dimension, {@code round(v * 127 / max|v|)}. Two factors: the norm, then the scale max|v| / 127. */
    INT8(1, 2),
    /** Relative, one bit per dimension of the rotated vector: RaBitQ. Factors {@link #OFFSET}, {@link #SLOPE}, {@link #ERROR}. */
    RABITQ(3, 3),
    /** Relative, four bits per two dimensions of the rotated vector: product quantisation. Factors as with {@link #RABITQ}. */
    PQ(4, 3),
    /** IEEE 754 halves, see {@link Float16Code}. Two factors: the norm, then a power of two that is multiplied to the halves. */
    FLOAT16(2, 2),
    /** One bit per dimension of a vector of zeros and ones; exact. One factor: the norm. */
    BINARY(5, 1);

    /** Index of the factor that holds the Euclidean norm of the row as it was appended. */
    public static final int NORM = 0;

    /** Index of the factor that a row's numbers are multiplied with: an int8 step, a power of two for halves. */
    public static final int SCALE = 1;

    /** Index of a relative code's factor: what the row adds to a squared distance, whatever the query. */
    public static final int OFFSET = 0;

    /** Index of a relative code's factor: by what the code's product with the query lessens a squared distance. */
    public static final int SLOPE = 1;

    /** Index of a relative code's factor: standard error of a squared distance, per distance of the query from the centroid. */
    public static final int ERROR = 2;

    private static final Code[] ALL = values();

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

    /** Whether rows are encoded against the centroid of their page. */
    public boolean relative() {
        return this == RABITQ || this == PQ;
    }

    /** Whether the distances of this code are exact, so that no row need be scored again with its exact vector. */
    public boolean exact() {
        return this == FLOAT32 || this == BINARY;
    }

    /** Bytes of one row's code; rows are not padded. */
    public int codeBytes(int dimension) {
        return switch (this) {
            case FLOAT32 -> Math.multiplyExact(dimension, Float.BYTES);
            case INT8 -> dimension;
            case RABITQ -> Rotation.paddedDimension(dimension) / 8;
            case PQ -> Rotation.paddedDimension(dimension) / 4;
            case FLOAT16 -> Math.multiplyExact(dimension, Short.BYTES);
            case BINARY -> BinaryCode.bytes(dimension);
        };
    }

    /** The code of a stored id. */
    public static Code ofId(int id) {
        for (Code code : ALL) {
            if (code.id == id) {
                return code;
            }
        }
        String known =
                Arrays.stream(ALL).map(code -> code.id + " (" + code + ")").collect(Collectors.joining(", "));
        throw new IllegalArgumentException("code id " + id + " is unknown; expected one of " + known);
    }
}
