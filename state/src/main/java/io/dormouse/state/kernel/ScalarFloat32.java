// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/** The float32 kernels in plain Java. */
final class ScalarFloat32 implements Float32Kernels {
    /** Four sums, so that an addition need not wait for the one before it. */
    @Override
    public float dot(byte[] row, int offset, float[] query, int dimension) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i + 3 < dimension; i += 4) {
            int at = offset + i * Float.BYTES;
            s0 += LittleEndian.getFloat(row, at) * query[i];
            s1 += LittleEndian.getFloat(row, at + 4) * query[i + 1];
            s2 += LittleEndian.getFloat(row, at + 8) * query[i + 2];
            s3 += LittleEndian.getFloat(row, at + 12) * query[i + 3];
        }
        for (; i < dimension; i++) {
            s0 += LittleEndian.getFloat(row, offset + i * Float.BYTES) * query[i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    @Override
    public float squaredL2(byte[] row, int offset, float[] query, int dimension) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i + 3 < dimension; i += 4) {
            int at = offset + i * Float.BYTES;
            float d0 = LittleEndian.getFloat(row, at) - query[i];
            float d1 = LittleEndian.getFloat(row, at + 4) - query[i + 1];
            float d2 = LittleEndian.getFloat(row, at + 8) - query[i + 2];
            float d3 = LittleEndian.getFloat(row, at + 12) - query[i + 3];
            s0 += d0 * d0;
            s1 += d1 * d1;
            s2 += d2 * d2;
            s3 += d3 * d3;
        }
        for (; i < dimension; i++) {
            float d = LittleEndian.getFloat(row, offset + i * Float.BYTES) - query[i];
            s0 += d * d;
        }
        return (s0 + s1) + (s2 + s3);
    }

    @Override
    public void dotBlock(byte[] page, int offset, int stride, int rows, float[] query, int dimension, float[] out) {
        for (int r = 0; r < rows; r++) {
            out[r] = dot(page, offset + r * stride, query, dimension);
        }
    }

    @Override
    public void squaredL2Block(
            byte[] page, int offset, int stride, int rows, float[] query, int dimension, float[] out) {
        for (int r = 0; r < rows; r++) {
            out[r] = squaredL2(page, offset + r * stride, query, dimension);
        }
    }
}
