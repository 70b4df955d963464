// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.page;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.RelativeEncoder;
import java.util.Arrays;

/** Puts vectors into pages of any code. */
public final class TestRows {
    private TestRows() {}

    /** Adds a vector at the end; in a relative code against a centroid whose components are all {@code centre}. */
    public static int append(VectorPage page, long row, float[] vector, float centre) {
        if (!page.code().relative()) {
            return page.append(row, vector);
        }
        return page.append(row, encoded(page.code(), vector, page.dimension(), centre));
    }

    /** What an encoder makes of a vector against a centroid whose components are all {@code centre}. */
    public static RelativeEncoder encoded(Code code, float[] vector, int dimension, float centre) {
        RelativeEncoder encoder = new RelativeEncoder(code, dimension, Kernels.scalar());
        float[] centroid = new float[dimension];
        Arrays.fill(centroid, centre);
        encoder.centre(centroid);
        encoder.encode(vector);
        return encoder;
    }
}
