// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * How far two vectors are apart. Inside the memory everything is a distance (smaller is nearer); {@link #score} turns it
 * into the number an application sees (larger is nearer).
 */
public enum Metric {
    /** Distance: squared Euclidean distance. Score: its negative. */
    L2(0),
    /** Distance: negative inner product. Score: the inner product. */
    INNER_PRODUCT(1),
    /** Distance: 1 - cosine; a zero vector has cosine 0 with everything. Score: the cosine. */
    COSINE(2),
    /** For vectors of zeros and ones. Distance: how many components differ. Score: its negative. */
    HAMMING(3);

    private static final Metric[] BY_ID = values();

    private final byte id;

    Metric(int id) {
        this.id = (byte) id;
    }

    /** The byte that stands for this metric in every stored format; it never changes. */
    public byte id() {
        return id;
    }

    /** The metric of a stored id. */
    public static Metric ofId(int id) {
        if (id < 0 || id >= BY_ID.length) {
            throw new IllegalArgumentException(
                    "metric id " + id + " is unknown; expected 0 (L2), 1 (INNER_PRODUCT), 2 (COSINE) or 3 (HAMMING)");
        }
        return BY_ID[id];
    }

    /** Whether the distance is that of squared differences; between zeros and ones each of them counts 1. */
    boolean squared() {
        return this == L2 || this == HAMMING;
    }

    /** The public score of a distance: larger is nearer. */
    public float score(float distance) {
        return this == COSINE ? 1 - distance : -distance;
    }
}
