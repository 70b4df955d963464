// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.local.data.VectorFiles;
import io.dormouse.schema.IngestRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Items of a file, one after the other. */
interface ItemSource extends AutoCloseable {
    /** The next item, or null at the end. */
    IngestRecord next() throws IOException;

    /** Where the item returned last stands, for errors: file and line or row. */
    String place();

    @Override
    void close() throws IOException;

    /** Opens {@code file} by the end of its name; {@code -} is JSON lines from standard input. */
    static ItemSource open(String file, String namespace, Optional<Path> payloads) throws IOException {
        String plain = file.endsWith(".gz") ? file.substring(0, file.length() - 3) : file;
        if (plain.endsWith(".fvecs")) {
            BufferedReader lines = payloads.isPresent() ? lines(payloads.get()) : null;
            return new VectorItems(VectorFiles.openFvecs(existing(Path.of(file))), file, namespace, lines);
        }
        if (payloads.isPresent()) {
            throw new IllegalArgumentException("--payloads goes with an .fvecs file; " + file + " is none");
        }
        if (file.equals("-")) {
            return new JsonLineItems(
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
                    "standard input",
                    namespace);
        }
        if (!plain.endsWith(".jsonl")) {
            throw new IllegalArgumentException("'" + file
                    + "' is of no known kind: expected a name that ends in .jsonl, .fvecs, or either with .gz");
        }
        return new JsonLineItems(lines(Path.of(file)), file, namespace);
    }

    private static BufferedReader lines(Path file) throws IOException {
        InputStream in = Files.newInputStream(existing(file));
        return new BufferedReader(new InputStreamReader(
                file.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in, StandardCharsets.UTF_8));
    }

    private static Path existing(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("there is no file '" + file + "': check the name");
        }
        return file;
    }
}
