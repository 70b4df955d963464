// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.Profile;
import io.dormouse.state.page.VectorPage;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.WarmStore;
import java.nio.ByteBuffer;

/** Puts a vector page of one shard together from what is stored of it: the page itself, and deltas of rows that came and went. */
final class PageReader {
    private final WarmStore store;
    private final NamespaceSettings settings;
    private final Profile profile;

    /** @param profile pages that need a larger one are refused */
    PageReader(WarmStore store, NamespaceSettings settings, Profile profile) {
        this.store = store;
        this.settings = settings;
        this.profile = profile;
    }

    /**
     * A page with its deltas.
     *
     * @param stored the page itself as it is stored, or null when it is not
     * @param descriptor of a scan page; null for a raw page
     * @param rowsMax rows it has room for
     * @throws CorruptPageException when any of it is damaged, missing, or not what it should be
     */
    PageBuffer read(BlockKind kind, long number, byte[] stored, PageDescriptor descriptor, Code code, int rowsMax)
            throws CorruptPageException {
        VectorPage page;
        if (stored != null) {
            page = checked(VectorPage.read(stored, profile), kind, code);
        } else if (kind == BlockKind.RAW) {
            page = VectorPage.allocate(PageKind.RAW, Code.FLOAT32, settings.dimension(), rowsMax);
        } else {
            throw new CorruptPageException("scan page " + number + " is missing from the store");
        }
        PageBuffer buffer = new PageBuffer(page, descriptor, number);
        if (kind == BlockKind.RAW && page.count() == rowsMax || store.isInHead(BlockKey.of(kind, number))) {
            buffer.storedRows = page.count();
            return buffer;
        }
        byte[] delta = store.block(BlockKey.of(kind, number, 1));
        while (delta != null) {
            apply(delta, buffer, kind, code);
            buffer.deltas++;
            delta = store.block(BlockKey.of(kind, number, buffer.deltas + 1));
        }
        buffer.storedRows = page.count();
        return buffer;
    }

    private void apply(byte[] delta, PageBuffer buffer, BlockKind kind, Code code) throws CorruptPageException {
        if (Frame.isFrame(delta)) {
            removeRows(delta, buffer.page);
            return;
        }
        VectorPage rows = checked(VectorPage.read(delta, profile), kind, code);
        if (rows.count() > buffer.page.rowsMax() - buffer.page.count()) {
            throw new CorruptPageException(rows.count() + " more rows do not fit " + kind + " page " + buffer.number
                    + ": one of its deltas is missing");
        }
        for (int i = 0; i < rows.count(); i++) {
            buffer.page.appendFrom(rows, i);
        }
        buffer.deltaRows += rows.count();
    }

    private static void removeRows(byte[] delta, VectorPage page) throws CorruptPageException {
        try {
            ByteBuffer gone = Frame.open(BlockKind.REMOVED, delta);
            while (gone.hasRemaining()) {
                removeRow(page, gone.getLong());
            }
        } catch (CorruptBlockException e) {
            throw new CorruptPageException(e.getMessage());
        }
    }

    private static void removeRow(VectorPage page, long row) throws CorruptPageException {
        int index = page.indexOf(row);
        if (index < 0) {
            throw new CorruptPageException("row " + row + " should leave its page, but is not in it");
        }
        page.remove(index);
    }

    private VectorPage checked(VectorPage page, BlockKind kind, Code code) throws CorruptPageException {
        boolean sameKind = (page.kind() == PageKind.SCAN) == (kind == BlockKind.SCAN);
        if (!sameKind || page.code() != code || page.dimension() != settings.dimension()) {
            throw new CorruptPageException("stored page is " + page.kind() + " " + page.code() + " of "
                    + page.dimension() + " dimensions: expected " + kind + " " + code + " of "
                    + settings.dimension());
        }
        return page;
    }
}
