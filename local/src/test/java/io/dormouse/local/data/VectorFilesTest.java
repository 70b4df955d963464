// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VectorFilesTest {
    @TempDir
    private Path folder;

    @Test
    void floatVectorsAreReadPlainAndGzipped() throws IOException {
        byte[] bytes = fvecs(new float[] {1.5f, -2f}, new float[] {0f, 3.25f});
        Path plain = Files.write(folder.resolve("a.fvecs"), bytes);
        Path gzipped = folder.resolve("a.fvecs.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzipped))) {
            out.write(bytes);
        }

        float[][] expected = {{1.5f, -2f}, {0f, 3.25f}};
        assertThat(VectorFiles.readFvecs(plain)).isDeepEqualTo(expected);
        assertThat(VectorFiles.readFvecs(gzipped)).isDeepEqualTo(expected);
    }

    @Test
    void integerVectorsMayDifferInLength() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(2).putInt(7).putInt(-1).putInt(1).putInt(9);
        Path file = Files.write(folder.resolve("a.ivecs"), bytes.array());

        assertThat(VectorFiles.readIvecs(file)).isDeepEqualTo(new int[][] {{7, -1}, {9}});
    }

    @Test
    void bytesAreUnsignedAndRowMajor() throws IOException {
        Path file = Files.write(folder.resolve("a.u8"), new byte[] {0, (byte) 255, 1, (byte) 128});

        assertThat(VectorFiles.readU8(file, 2)).isDeepEqualTo(new float[][] {{0, 255}, {1, 128}});
        assertThatThrownBy(() -> VectorFiles.readU8(file, 3))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("4 bytes");
    }

    @Test
    void truncatedFilesAreRefusedAtAnyLength() throws IOException {
        byte[] whole = fvecs(new float[] {1, 2, 3});
        for (int length = 1; length < whole.length; length++) {
            Path file = Files.write(folder.resolve("cut.fvecs"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> VectorFiles.readFvecs(file))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("truncated");
        }
    }

    @Test
    void aFileOfAnotherKindIsRefusedBeforeItsDimensionIsBelieved() throws IOException {
        Path file = Files.writeString(folder.resolve("text.fvecs"), "this is no vector file");

        assertThatThrownBy(() -> VectorFiles.readFvecs(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("this is no .fvecs");
    }

    private static byte[] fvecs(float[]... rows) {
        ByteBuffer bytes =
                ByteBuffer.allocate(rows.length * (4 + 4 * rows[0].length)).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : rows) {
            bytes.putInt(row.length);
            for (float value : row) {
                bytes.putFloat(value);
            }
        }
        return bytes.array();
    }
}
