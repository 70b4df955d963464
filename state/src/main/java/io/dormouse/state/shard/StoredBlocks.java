// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.store.CorruptBlockException;
import java.util.function.Consumer;

/** For tools that look at what is stored of a shard without waking it. */
public final class StoredBlocks {
    private StoredBlocks() {}

    /**
     * Hands over a stored value, and of one that holds a head with small blocks each of these, too.
     *
     * @throws CorruptBlockException when such a head is damaged, so that nobody knows what lies beside it
     */
    public static void forEach(byte[] stored, Consumer<byte[]> visitor) {
        visitor.accept(stored);
        if (HeadBundle.isBundle(stored)) {
            HeadBundle.smallBlocks(stored).forEach(visitor);
        }
    }
}
