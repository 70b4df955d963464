// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.sweep;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All objects under the root of a cold tier, for those who tidy up. The job itself never sees this: it reads and writes by
 * its {@link io.dormouse.state.cold.ColdStore} and cannot delete. Paths are relative to the root. All calls block; several
 * threads may make them.
 */
public interface ColdObjects extends AutoCloseable {
    /**
     * Names every object under a folder, deep, in no order.
     *
     * @param folder such as {@code roots/}; empty = the whole root
     */
    void list(String folder, Consumer<ColdObject> each) throws IOException;

    /** What is known of an object now; empty when there is none. */
    Optional<ColdObject> stat(String path) throws IOException;

    /**
     * Makes an object with the bytes of another, in place of what was there. When the call returns, the copy survives this
     * process, and its time of modification is that of the copying. A reader sees the copy whole or not at all.
     */
    void copy(String from, String to) throws IOException;

    /** Takes an object away for good; one that is not there is no error. */
    void delete(String path) throws IOException;

    /** The bytes of a small object. */
    byte[] read(String path) throws IOException;

    /** Stores a small object, as lastingly as {@link #copy}. */
    void write(String path, byte[] bytes) throws IOException;

    @Override
    void close();
}
