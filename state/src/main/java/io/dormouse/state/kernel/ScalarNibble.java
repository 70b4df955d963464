// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import java.util.Arrays;

/** The kernels of 4-bit codes in plain Java. */
final class ScalarNibble implements NibbleKernels {
    @Override
    public void fill(
            float[] vector, float[] points, int dimensions, float[] supports, int groups, float scale, byte[] entries) {
        for (int g = 0; g < groups; g++) {
            int table = NibbleTables.tableOffset(g);
            for (int n = 0; n < NibbleTables.ENTRIES; n++) {
                float sum = supports[g];
                for (int i = 0; i < dimensions; i++) {
                    sum += points[i * NibbleTables.ENTRIES + n] * vector[g * dimensions + i];
                }
                entries[table + n] = (byte) Float.floatToRawIntBits(sum * scale + NibbleTables.ROUNDER);
            }
        }
    }

    @Override
    public void sums(byte[] page, int offset, int blocks, NibbleTables tables, int[] out) {
        byte[] entries = tables.entries();
        int stride = tables.stride();
        int at = offset;
        for (int b = 0; b < blocks; b++) {
            int first = b * BLOCK_ROWS;
            Arrays.fill(out, first, first + BLOCK_ROWS, 0);
            for (int j = 0; j < stride; j++) {
                int low = NibbleTables.tableOffset(2 * j);
                for (int r = 0; r < BLOCK_ROWS; r++) {
                    int code = page[at++];
                    out[first + r] += entries[low + (code & 15)] + entries[low + 64 + (code >> 4 & 15)];
                }
            }
        }
    }

    @Override
    public int sum(byte[] row, int offset, NibbleTables tables) {
        byte[] entries = tables.entries();
        int stride = tables.stride();
        int even = 0;
        int odd = 0;
        for (int j = 0; j < stride; j += 2) {
            int low = (j >> 2) * 128 + (j & 2) * 16;
            int code = row[offset + j];
            int next = row[offset + j + 1];
            even += entries[low + (code & 15)] + entries[low + 64 + (code >> 4 & 15)];
            odd += entries[low + 16 + (next & 15)] + entries[low + 80 + (next >> 4 & 15)];
        }
        return even + odd;
    }

    @Override
    public void bounds(byte[] page, int factors, int blocks, int[] sums, BoundTerms terms, float[] out) {
        int column = BLOCK_ROWS * Float.BYTES;
        for (int i = 0; i < blocks * BLOCK_ROWS; i++) {
            int at = factors + (i >> 4) * 3 * column + (i & 15) * Float.BYTES;
            float offset = LittleEndian.getFloat(page, at);
            float slope = LittleEndian.getFloat(page, at + column);
            float error = LittleEndian.getFloat(page, at + 2 * column);
            out[i] = terms.bound(offset, slope, error, sums[i]);
        }
    }
}
