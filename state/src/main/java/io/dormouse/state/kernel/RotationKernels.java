// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * The steps of a {@link Rotation}, in place. Every result is one rounded operation on the two components it is made of, so
 * that all implementations agree bit for bit.
 */
public interface RotationKernels {
    /** Walsh-Hadamard transform, not scaled, of {@code count} components from {@code from} on: a power of two, at least 64. */
    void hadamard(float[] vector, int from, int count);

    /** Multiplies the first {@code count} components, a multiple of 64, by as many weights. */
    void multiply(float[] vector, float[] weights, int count);

    /** Replaces each a of the first half of {@code count} components and b of the second by a + b and a - b. */
    void mixHalves(float[] vector, int count);
}
