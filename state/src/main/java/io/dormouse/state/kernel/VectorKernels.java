// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * The arithmetic of a scan, a set of kernels for each code: the one seam between plain Java and vector instructions. Rows
 * are read in place from the byte array that storage returned. Kernels are stateless and may be used by any number of
 * threads.
 *
 * @param name {@code scalar}, or {@code simd-} and the register width in bits
 * @param float32 for float32 rows and centroids
 * @param float16 for fp16 rows
 * @param int8 for int8 rows
 * @param binary for rows of bits
 * @param nibble for rows of 4-bit codes
 * @param rotation for rotating vectors
 * @param batch for four queries at once on float32 rows and centroids
 */
public record VectorKernels(
        String name,
        Float32Kernels float32,
        Float16Kernels float16,
        Int8Kernels int8,
        BinaryKernels binary,
        NibbleKernels nibble,
        RotationKernels rotation,
        BatchKernels batch) {
    /** Bytes that must be readable beyond the end of the last row. */
    public static final int SLACK_BYTES = 64;

    /** A float query is zero padded to a multiple of this many floats. */
    public static final int QUERY_PADDING = 16;

    /** The kernels in plain Java, for machines without vector instructions and as the twin that SIMD is tested against. */
    static VectorKernels scalar() {
        ScalarFloat32 float32 = new ScalarFloat32();
        return new VectorKernels(
                "scalar",
                float32,
                new ScalarFloat16(),
                new ScalarInt8(),
                new ScalarBinary(),
                new ScalarNibble(),
                new ScalarRotation(),
                new ScalarBatch(float32));
    }

    /** Register width in bits; 0 for plain Java. */
    public int registerBits() {
        return name.startsWith(Kernels.SIMD_PREFIX)
                ? Integer.parseInt(name.substring(Kernels.SIMD_PREFIX.length()))
                : 0;
    }
}
