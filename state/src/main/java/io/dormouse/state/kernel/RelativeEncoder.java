// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import java.util.Arrays;

/**
 * Makes relative codes (RaBitQ: Gao and Long, SIGMOD 2024, generalised to any codebook). With P the {@link Rotation}, c the
 * centroid of the page and r = |o - c|, the code y of a row o is the point of the codebook nearest to P(o - c), scaled to
 * components of variance 1. With x the cosine between y and P(o - c), a query q then has
 *
 * <pre>{@code |o - q|^2 = r^2 + |q - c|^2 - 2 <o - c, q - c>
 * <o - c, q - c> ~ r / (x |y|) * (<y, Pq> - <y, Pc>), off by |q - c| r sqrt((1 - x^2) / x^2 / (D - 1)) times a
 *                  number that is nearly standard normal}</pre>
 *
 * so that the query is rotated once and not per page. The factors gather what does not depend on the query: OFFSET is
 * {@code r^2 + 2 r / (x |y|) <y, Pc>}, SLOPE {@code 2 r / (x |y|)}, ERROR {@code 2 r sqrt((1 - x^2) / x^2 / (D - 1))}.
 * Belongs to one thread; reused.
 */
public final class RelativeEncoder {
    private final RotationKernels kernels;
    private final Rotation rotation;
    private final NibbleCodebook codebook;
    private final int dimension;
    private final float[] centroid;
    private final float[] residual;
    private final byte[] code;
    private final float[] factors = new float[3];

    /** For vectors of {@code dimension} dimensions. */
    public RelativeEncoder(Code code, int dimension, VectorKernels kernels) {
        this.kernels = kernels.rotation();
        this.rotation = Rotation.of(dimension);
        this.codebook = NibbleCodebook.of(code);
        this.dimension = dimension;
        this.centroid = new float[rotation.dimension()];
        this.residual = new float[rotation.dimension()];
        this.code = new byte[code.codeBytes(dimension)];
    }

    /** Sets the centroid that vectors are encoded against until the next call. */
    public void centre(float[] vector) {
        rotate(vector, centroid);
    }

    /** Encodes a vector; {@link #code} and {@link #factor} give what came out. */
    public void encode(float[] vector) {
        rotate(vector, residual);
        double squared = 0;
        for (int i = 0; i < residual.length; i++) {
            residual[i] -= centroid[i];
            squared += (double) residual[i] * residual[i];
        }
        float scale = squared > 0 ? (float) Math.sqrt(residual.length / squared) : 0;
        int codes = residual.length / codebook.dimensions();
        for (int i = 0; i < codes; i += 2) {
            int low = codebook.nearest(residual, i * codebook.dimensions(), scale);
            int high = codebook.nearest(residual, (i + 1) * codebook.dimensions(), scale);
            code[i / 2] = (byte) (low | high << 4);
        }
        setFactors(squared);
    }

    private void setFactors(double squared) {
        double withResidual = 0;
        double withCentroid = 0;
        double squaredCode = 0;
        int width = codebook.dimensions();
        for (int i = 0; i < residual.length; i++) {
            int at = i / width;
            float value = codebook.value(code[at >> 1] >> (at & 1) * 4 & 15, i % width);
            withResidual += (double) value * residual[i];
            withCentroid += (double) value * centroid[i];
            squaredCode += (double) value * value;
        }
        if (!(withResidual > 0) || !Double.isFinite(squared)) {
            // the row is its centroid, or so far away that floats do not say where
            factors[Code.OFFSET] = finite(squared);
            factors[Code.SLOPE] = 0;
            factors[Code.ERROR] = finite(2 * Math.sqrt(squared));
            return;
        }
        double slope = 2 * squared / withResidual;
        double squaredCosine = Math.min(1, withResidual * withResidual / squared / squaredCode);
        factors[Code.OFFSET] = finite(squared + slope * withCentroid);
        factors[Code.SLOPE] = finite(slope);
        factors[Code.ERROR] =
                finite(2 * Math.sqrt(squared * (1 - squaredCosine) / squaredCosine / (residual.length - 1)));
    }

    private static float finite(double value) {
        return value <= Float.MAX_VALUE ? (float) Math.max(-Float.MAX_VALUE, value) : Float.MAX_VALUE;
    }

    private void rotate(float[] vector, float[] out) {
        System.arraycopy(vector, 0, out, 0, dimension);
        Arrays.fill(out, dimension, out.length, 0);
        rotation.rotate(kernels, out);
    }

    /** The code of the last vector; overwritten by the next. */
    public byte[] code() {
        return code;
    }

    /** A factor of the last vector: {@link Code#OFFSET}, {@link Code#SLOPE} or {@link Code#ERROR}. */
    public float factor(int factor) {
        return factors[factor];
    }
}
