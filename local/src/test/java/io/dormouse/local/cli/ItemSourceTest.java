// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.Vectors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ItemSourceTest {
    @TempDir
    private Path folder;

    @Test
    void jsonLinesGetTheNamespaceAndIdTheyLack() throws IOException {
        Path file = Files.writeString(
                folder.resolve("a.jsonl"),
                "{\"vector\":[1,2],\"payload\":\"one\"}\n\n{\"namespace\":\"n\",\"id\":\"x\",\"vector\":[3,4]}\n");
        try (ItemSource items = ItemSource.open(file.toString(), "mine", Optional.empty())) {
            IngestRecord first = items.next();
            assertThat(first.getNamespace()).isEqualTo("mine");
            assertThat(first.getId()).isEqualTo("1");
            assertThat(Vectors.toFloats(first.getVector())).containsExactly(1, 2);
            IngestRecord second = items.next();
            assertThat(second.getNamespace()).isEqualTo("n");
            assertThat(second.getId()).isEqualTo("x");
            assertThat(items.next()).isNull();
        }
    }

    @Test
    void aBadLineIsNamedByItsNumber() throws IOException {
        Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"vector\":[1]}\n{oops\n[1]\n{\"vector\":\"?\"}\n");
        try (ItemSource items = ItemSource.open(file.toString(), "mine", Optional.empty())) {
            items.next();
            assertThatThrownBy(items::next).isInstanceOf(IOException.class).hasMessageContaining("line 2 is no JSON");
            assertThatThrownBy(items::next).hasMessageContaining("line 3: expected one JSON object");
            assertThatThrownBy(items::next).hasMessageContaining("line 4").hasMessageContaining("vector");
        }
    }

    @Test
    void vectorRowsTakeTheirPayloadFromTheSameLine() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(1).putFloat(0.5f).putInt(1).putFloat(2f);
        Path vectors = Files.write(folder.resolve("a.fvecs"), bytes.array());
        Path payloads = Files.writeString(folder.resolve("p.tsv"), "zero\tx\n");
        try (ItemSource items = ItemSource.open(vectors.toString(), "mine", Optional.of(payloads))) {
            IngestRecord first = items.next();
            assertThat(first.getId()).isEqualTo("0");
            assertThat(StandardCharsets.UTF_8.decode(first.getPayload()).toString())
                    .isEqualTo("zero\tx");
            assertThatThrownBy(items::next).isInstanceOf(IOException.class).hasMessageContaining("only 1 lines");
        }
    }
}
