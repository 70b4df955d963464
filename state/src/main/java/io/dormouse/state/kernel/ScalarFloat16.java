// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/** The fp16 kernels in plain Java; even and odd components are summed up apart, so that two additions run side by side. */
final class ScalarFloat16 implements Float16Kernels {
    @Override
    public void dotBlock(byte[] page, int offset, int stride, int rows, Float16Query query, float[] out) {
        for (int r = 0; r < rows; r++) {
            out[r] = dot(page, offset + r * stride, query);
        }
    }

    private static float dot(byte[] row, int offset, Float16Query query) {
        float[] evens = query.evens();
        float[] odds = query.odds();
        int pairs = query.dimension() / 2;
        float even = 0;
        float odd = 0;
        for (int i = 0; i < pairs; i++) {
            int both = LittleEndian.getInt(row, offset + i * Integer.BYTES);
            even += Float16Code.biased((short) both) * evens[i];
            odd += Float16Code.biased((short) (both >> 16)) * odds[i];
        }
        if (query.dimension() % 2 == 1) {
            even += Float16Code.biased(LittleEndian.getShort(row, offset + pairs * Integer.BYTES)) * evens[pairs];
        }
        return even + odd;
    }

    @Override
    public void squaredL2Block(
            byte[] page, int offset, int stride, int rows, float[] weights, Float16Query query, float[] out) {
        for (int r = 0; r < rows; r++) {
            out[r] = squaredL2(page, offset + r * stride, weights[r], query);
        }
    }

    private static float squaredL2(byte[] row, int offset, float weight, Float16Query query) {
        float[] evens = query.evens();
        float[] odds = query.odds();
        int pairs = query.dimension() / 2;
        float even = 0;
        float odd = 0;
        for (int i = 0; i < pairs; i++) {
            int both = LittleEndian.getInt(row, offset + i * Integer.BYTES);
            float e = Float16Code.value((short) both) * weight + evens[i];
            float o = Float16Code.value((short) (both >> 16)) * weight + odds[i];
            even += e * e;
            odd += o * o;
        }
        if (query.dimension() % 2 == 1) {
            float e = Float16Code.value(LittleEndian.getShort(row, offset + pairs * Integer.BYTES)) * weight
                    + evens[pairs];
            even += e * e;
        }
        return even + odd;
    }
}
