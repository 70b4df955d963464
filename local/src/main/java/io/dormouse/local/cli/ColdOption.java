// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.local.ColdPlace;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where cold pages go, when it is not the S3 server that the stack starts beside itself. */
final class ColdOption {
    @Option(
            names = "--cold",
            paramLabel = "DIR",
            description = "Folder for cold pages, kept at the end, instead of an S3 server beside the stack.")
    private Path folder;

    @Option(names = "--no-cold", description = "No cold pages: all stay in heap and RocksDB.")
    private boolean none;

    ColdPlace place() {
        if (none) {
            return ColdPlace.none();
        }
        return folder == null ? ColdPlace.besideTheStack() : ColdPlace.in(folder);
    }
}
