// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dormouse.state.kernel.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Random life of a page beside a list that does the same. */
class VectorPageProperties {
    private static final float CENTRE = 0.25f;

    private record Row(long id, float[] vector) {}

    @Property(tries = 300)
    void aPageIsAListOfRows(
            @ForAll Code code,
            @ForAll boolean raw,
            @ForAll @IntRange(min = 1, max = 90) int dimension,
            @ForAll @IntRange(min = 1, max = 60) int rowsMax,
            @ForAll long seed)
            throws Exception {
        Random random = new Random(seed);
        boolean isRaw = raw && code == Code.FLOAT32;
        VectorPage page = VectorPage.allocate(isRaw ? PageKind.RAW : PageKind.SCAN, code, dimension, rowsMax);
        List<Row> model = new ArrayList<>();
        for (int step = 0; step < 120; step++) {
            page = step(page, model, random);
            if (step % 10 == 0) {
                assertSame(page, model);
            }
        }
        assertSame(page, model);
    }

    private static VectorPage step(VectorPage page, List<Row> model, Random random) throws Exception {
        int choice = random.nextInt(8);
        if (choice < 4 && !page.isFull()) {
            Row row = new Row(random.nextLong(), vector(random, page));
            assertThat(TestRows.append(page, row.id, row.vector, CENTRE)).isEqualTo(model.size());
            model.add(row);
        } else if (choice == 4 && !model.isEmpty() && !page.isFull()) {
            int from = random.nextInt(model.size());
            assertThat(page.appendFrom(page, from)).isEqualTo(model.size());
            model.add(model.get(from));
        } else if (choice == 5 && !model.isEmpty()) {
            int at = random.nextInt(model.size());
            page.remove(at);
            Row last = model.remove(model.size() - 1);
            if (at < model.size()) {
                model.set(at, last);
            }
        } else if (choice == 6) {
            long address = random.nextLong();
            byte[] stored = page.write(address);
            VectorPage read = VectorPage.read(stored.clone());
            assertThat(read.address()).isEqualTo(address);
            assertThat(read.rowsMax()).isEqualTo(page.rowsMax());
            assertThat(read.write(address)).isEqualTo(stored);
            return read;
        } else if (choice == 7) {
            return splitAndJoined(page, random);
        }
        return page;
    }

    /** Stored as two deltas and put together again. */
    private static VectorPage splitAndJoined(VectorPage page, Random random) throws Exception {
        int middle = random.nextInt(page.count() + 1);
        VectorPage joined = VectorPage.allocate(page.kind(), page.code(), page.dimension(), page.rowsMax());
        for (byte[] delta : new byte[][] {page.writeRows(0, middle, 1), page.writeRows(middle, page.count(), 2)}) {
            VectorPage rows = VectorPage.read(delta);
            for (int i = 0; i < rows.count(); i++) {
                joined.appendFrom(rows, i);
            }
        }
        return joined;
    }

    private static float[] vector(Random random, VectorPage page) {
        float[] vector = new float[page.dimension()];
        if (page.code() == Code.BINARY) {
            for (int i = 0; i < vector.length; i++) {
                vector[i] = random.nextInt(2);
            }
            return vector;
        }
        float magnitude = (float) Math.pow(10, random.nextInt(61) - 30);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = random.nextInt(10) == 0 ? 0 : (float) random.nextGaussian() * magnitude;
        }
        return vector;
    }

    private static void assertSame(VectorPage page, List<Row> model) {
        assertThat(page.count()).isEqualTo(model.size());
        if (page.code().relative()) {
            assertSameCodes(page, model);
            return;
        }
        float[] decoded = new float[page.dimension()];
        for (int i = 0; i < page.count(); i++) {
            Row row = model.get(i);
            page.decode(i, decoded);
            assertThat(page.row(i)).isEqualTo(row.id);
            assertThat(page.factor(i, Code.NORM)).isEqualTo(norm(row.vector));
            switch (page.code()) {
                case FLOAT32, BINARY -> assertThat(decoded).isEqualTo(row.vector);
                case FLOAT16 -> assertHalves(decoded, row.vector);
                case INT8 -> assertNearby(decoded, row.vector);
            }
        }
    }

    /** Each row, stored by itself, is what a fresh page with this row alone is. */
    private static void assertSameCodes(VectorPage page, List<Row> model) {
        for (int i = 0; i < page.count(); i++) {
            Row row = model.get(i);
            VectorPage alone = VectorPage.allocate(page.kind(), page.code(), page.dimension(), page.rowsMax());
            TestRows.append(alone, row.id, row.vector, CENTRE);
            assertThat(page.row(i)).isEqualTo(row.id);
            assertThat(page.writeRows(i, i + 1, 3)).isEqualTo(alone.write(3));
        }
    }

    private static float norm(float[] vector) {
        double sum = 0;
        for (float value : vector) {
            sum += (double) value * value;
        }
        return (float) Math.sqrt(sum);
    }

    /** The bound that Float16Code states. */
    private static void assertHalves(float[] decoded, float[] vector) {
        float max = 0;
        for (float value : vector) {
            max = Math.max(max, Math.abs(value));
        }
        for (int i = 0; i < vector.length; i++) {
            double bound = Math.max(Math.scalb(Math.abs((double) vector[i]), -11), Math.scalb((double) max, -39));
            assertThat((double) decoded[i]).isCloseTo(vector[i], within(Math.max(bound, Float.MIN_VALUE / 2.0)));
        }
    }

    /** An int8 value is off by at most half a step of max / 127. */
    private static void assertNearby(float[] decoded, float[] vector) {
        float max = 0;
        for (float value : vector) {
            max = Math.max(max, Math.abs(value));
        }
        for (int i = 0; i < vector.length; i++) {
            assertThat((double) decoded[i]).isCloseTo(vector[i], within(max / 127 * 0.50001));
        }
    }
}
