// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs.sweep;

/**
 * A checkpoint or savepoint that somebody may restore.
 *
 * @param path its folder, as a URI
 * @param registered whether it was found in the registry, and not below a checkpoint folder
 * @param modifiedMillis when it was completed, since the epoch
 */
public record Root(String path, boolean registered, long modifiedMillis) {
    /** The folder above: that of the job. */
    String parent() {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    /** The number of a checkpoint; -1 when it has none. */
    long number() {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.matches("chk-\\d{1,18}") ? Long.parseLong(name.substring(4)) : -1;
    }
}
