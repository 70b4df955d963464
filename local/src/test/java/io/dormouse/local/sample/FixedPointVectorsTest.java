// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class FixedPointVectorsTest {
    private static final float[][] ROWS = {{0, 1 / 2048f, -1 / 2048f}, {15.99951171875f, -16, 0.5f}};

    @Test
    void everyNumberComesBack() throws IOException {
        assertThat(read(write())).isDeepEqualTo(ROWS);
    }

    @Test
    void theHeaderIsAsDocumented() throws IOException {
        assertThat(HexFormat.of().formatHex(write(), 0, 16)).isEqualTo("444d46580001000b0000000200000003");
    }

    @Test
    void aNumberThatWouldBeRoundedIsRefused() {
        assertThatThrownBy(() -> FixedPointVectors.write(new ByteArrayOutputStream(), new float[][] {{0.1f}}, 11))
                .hasMessageContaining("row 0 holds 0.1");
        assertThatThrownBy(() -> FixedPointVectors.write(new ByteArrayOutputStream(), new float[][] {{16f}}, 11))
                .hasMessageContaining("row 0 holds 16.0");
    }

    @Test
    void aFlippedBitIsNeverReadAsANumber() throws IOException {
        byte[] file = write();
        for (int bit = 0; bit < 8 * file.length; bit++) {
            byte[] damaged = file.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            float[][] found;
            try {
                found = read(damaged);
            } catch (IOException e) {
                continue;
            }
            // Only bits that carry no numbers may go unseen: the scale, and gzip's own header and trailer.
            assertThat(bit / 8 == 6 || bit / 8 == 7 || Arrays.deepEquals(found, ROWS))
                    .as("bit %d", bit)
                    .isTrue();
        }
    }

    @Test
    void truncationIsRefused() throws IOException {
        byte[] file = write();
        assertThatThrownBy(() -> read(Arrays.copyOf(file, 19))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read(Arrays.copyOf(file, file.length - 12))).isInstanceOf(IOException.class);
    }

    private static byte[] write() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FixedPointVectors.write(out, ROWS, 11);
        return out.toByteArray();
    }

    private static float[][] read(byte[] file) throws IOException {
        return FixedPointVectors.read(new ByteArrayInputStream(file), "test.dmfx");
    }
}
