// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import java.io.IOException;

/**
 * Where cold segments lie: immutable objects under names that say what they hold. All calls block, and are made by I/O
 * threads only, several at a time.
 *
 * <p>There is no way to delete an object: a checkpoint that somebody may still restore can refer to it. Only the sweep
 * deletes, when nothing does.
 */
public interface ColdStore extends AutoCloseable {
    /**
     * Stores an object; when the call returns, it survives this process. An object of that name is written again, since a
     * sweep may be about to take it.
     */
    void put(String name, byte[] object) throws IOException;

    /**
     * Reads a part of an object.
     *
     * @return exactly {@code length} bytes
     * @throws java.io.FileNotFoundException when there is no such object
     * @throws java.io.EOFException when it ends before
     */
    byte[] read(String name, long offset, int length) throws IOException;

    @Override
    void close();
}
