// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.RelativeEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowSwapTest {
    private static final int DIMENSION = 20;

    /** Fewer rows than a block of a relative code, and more. */
    @ParameterizedTest
    @CsvSource({"FLOAT32, 7", "INT8, 7", "INT8, 40", "RABITQ, 7", "RABITQ, 16", "RABITQ, 40"})
    void swappedRowsArePlacedAsIfTheyHadComeInThatOrder(Code code, int rows) {
        VectorPage page = VectorPage.allocate(PageKind.SCAN, code, DIMENSION, 64);
        Random random = new Random(1);
        for (int row = 0; row < rows; row++) {
            append(page, 100 + row, random);
        }
        List<Integer> order = IntStream.range(0, rows).boxed().collect(Collectors.toList());
        List<int[]> swaps = new ArrayList<>();
        for (int n = 0; n < 20; n++) {
            int[] swap = {random.nextInt(rows), random.nextInt(rows)};
            Collections.swap(order, swap[0], swap[1]);
            swaps.add(swap);
        }
        VectorPage expected = VectorPage.allocate(PageKind.SCAN, code, DIMENSION, 64);
        order.forEach(from -> expected.appendFrom(page, from));
        swaps.forEach(swap -> page.swap(swap[0], swap[1]));
        assertThat(page.write(1)).isEqualTo(expected.write(1));
        page.renumber(3, 77);
        assertThat(page.row(3)).isEqualTo(77);
        assertThat(page.indexOf(77)).isEqualTo(3);
        assertThat(page.indexOf(78)).isEqualTo(-1);
    }

    private static void append(VectorPage page, long row, Random random) {
        float[] vector = new float[32];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        if (page.code().relative()) {
            RelativeEncoder encoder = new RelativeEncoder(page.code(), DIMENSION, Kernels.best());
            encoder.centre(new float[DIMENSION]);
            encoder.encode(vector);
            page.append(row, encoder);
        } else {
            page.append(row, vector);
        }
    }
}
