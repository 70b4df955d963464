// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * The arithmetic of a scan, a set of kernels for each code: the one seam between plain Java and vector instructions. Rows
 * are read in place from the byte array that storage returned. Kernels are stateless and may be used by any number of
 * threads.
 *
 * @param name {@code scalar}, or {@code simd-} and the register width in bits
 * @param float32 for float32 rows and centroids
 * @param int8 for int8 rows
 * @param nibble for rows of 4-bit codes
 * @param rotation for rotating vectors
 */
public record VectorKernels(
        String name, Float32Kernels float32, Int8Kernels int8, NibbleKernels nibble, RotationKernels rotation) {
    /** Bytes that must be readable beyond the end of the last row. */
    public static final int SLACK_BYTES = 64;

    /** A float query is zero padded to a multiple of this many floats. */
    public static final int QUERY_PADDING = 16;

    /** The kernels in plain Java, for machines without vector instructions and as the twin that SIMD is tested against. */
    static VectorKernels scalar() {
        return new VectorKernels("scalar", new ScalarFloat32(), new ScalarInt8(), new ScalarNibble(), new ScalarRotation());
    }
}
