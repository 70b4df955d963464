// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.WarmStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads a directory of format version 1, which had no cells: a DESCRIPTOR and a CENTROID block for every page. A page of
 * which both are missing was merged away.
 */
final class FlatDirectory {
    private final WarmStore store;
    private final int dimension;

    FlatDirectory(WarmStore store, int dimension) {
        this.store = store;
        this.dimension = dimension;
    }

    /** Receives one page. */
    interface Receiver {
        /** The centroid is null when its stored bytes are damaged. */
        void page(PageDescriptor descriptor, float[] centroid);
    }

    /** Hands over and removes the pages numbered below {@code nextPage}; false when there are none of this version. */
    boolean move(int nextPage, Receiver to) {
        boolean found = false;
        for (int page = 0; page < nextPage; page++) {
            byte[] descriptor = store.block(BlockKey.of(BlockKind.DESCRIPTOR, page));
            byte[] centroid = store.block(BlockKey.of(BlockKind.CENTROID, page));
            if (descriptor != null || centroid != null) {
                found = true;
                to.page(descriptor(page, descriptor), centroid(centroid));
                store.removeBlock(BlockKey.of(BlockKind.DESCRIPTOR, page));
                store.removeBlock(BlockKey.of(BlockKind.CENTROID, page));
            }
        }
        return found;
    }

    private static PageDescriptor descriptor(int page, byte[] stored) {
        try {
            return PageDescriptor.read(Frame.open(BlockKind.DESCRIPTOR, stored));
        } catch (CorruptBlockException e) {
            return PageDescriptor.lost(page);
        }
    }

    private float[] centroid(byte[] stored) {
        try {
            ByteBuffer body = Frame.open(BlockKind.CENTROID, stored).order(ByteOrder.LITTLE_ENDIAN);
            float[] centroid = new float[dimension];
            body.asFloatBuffer().get(centroid);
            return centroid;
        } catch (CorruptBlockException e) {
            return null;
        }
    }
}
