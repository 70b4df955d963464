// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Where an embedded stack's cold pages go.
 *
 * @param objectStore whether to a real S3 server that runs beside the stack
 * @param folder else to this folder; absent = nowhere, pages stay in heap and RocksDB
 */
public record ColdPlace(boolean objectStore, Optional<Path> folder) {
    /** Refuses two places. */
    public ColdPlace {
        if (objectStore && folder.isPresent()) {
            throw new IllegalArgumentException(
                    "cold pages cannot go to an object store and to " + folder.get() + ": choose one");
        }
    }

    /** Nowhere. */
    public static ColdPlace none() {
        return new ColdPlace(false, Optional.empty());
    }

    /** To an S3 server beside the stack, whose objects last as long as the stack's folder. */
    public static ColdPlace besideTheStack() {
        return new ColdPlace(true, Optional.empty());
    }

    /** To a folder, which is kept. */
    public static ColdPlace in(Path folder) {
        return new ColdPlace(false, Optional.of(Objects.requireNonNull(folder)));
    }
}
