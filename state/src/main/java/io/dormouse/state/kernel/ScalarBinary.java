// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/** The kernels of binary vectors in plain Java, which counts the bits of a 64-bit word with one instruction. */
final class ScalarBinary implements BinaryKernels {
    @Override
    public void hammingBlock(byte[] page, int offset, int rows, BinaryQuery query, int[] out) {
        int bytes = query.bytes();
        for (int r = 0; r < rows; r++) {
            out[r] = hamming(page, offset + r * bytes, query.bits(), bytes);
        }
    }

    private static int hamming(byte[] page, int offset, byte[] query, int bytes) {
        int even = 0;
        int odd = 0;
        int i = 0;
        for (; i <= bytes - 2 * Long.BYTES; i += 2 * Long.BYTES) {
            even += Long.bitCount(LittleEndian.getLong(page, offset + i) ^ LittleEndian.getLong(query, i));
            odd += Long.bitCount(
                    LittleEndian.getLong(page, offset + i + Long.BYTES) ^ LittleEndian.getLong(query, i + Long.BYTES));
        }
        if (i < bytes) {
            even += Long.bitCount(LittleEndian.getLong(page, offset + i) ^ LittleEndian.getLong(query, i));
        }
        return even + odd;
    }
}
