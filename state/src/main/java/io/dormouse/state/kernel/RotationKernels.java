// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * A round of a {@link Rotation}, in place. Every result is one rounded operation on the two components it is made of, so
 * that all implementations agree bit for bit.
 */
public interface RotationKernels {
    /**
     * Multiplies the components by weights, then takes the Walsh-Hadamard transform, not scaled, of {@code window} of them
     * from {@code from} on, and then, unless those are all, replaces each a of the first half of the vector and b of the
     * second by a + b and a - b.
     *
     * @param window a power of two
     * @param count components of the vector, a multiple of 64 and at least {@code from + window}
     */
    void round(float[] vector, float[] weights, int from, int window, int count);
}
