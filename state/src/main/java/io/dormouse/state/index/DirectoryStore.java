// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.WarmStore;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a directory lies in the store (docs/formats.md, "Directory"): one ROOT in chunks, and for every cell one CELL with its
 * descriptors and the CENTROIDS of its pages in chunks of about {@value #CHUNK_BYTES} bytes. All of the selected shard.
 */
final class DirectoryStore {
    private static final int CHUNK_BYTES = 16_384;
    private static final int ROOT_ENTRY_BYTES = Integer.BYTES + Integer.BYTES;

    private final WarmStore store;
    private final int dimension;
    private final int perChunk;
    private int rootChunks;

    DirectoryStore(WarmStore store, int dimension) {
        this.store = store;
        this.dimension = dimension;
        perChunk = Math.max(1, CHUNK_BYTES / (dimension * Float.BYTES));
    }

    /**
     * Reads all cells, unloaded, and their centroids.
     *
     * @return false when there is no root, or a part of it is damaged
     */
    boolean readRoot(DirectoryCells directory, List<DirectoryCell> cells, CentroidMatrix centroids) {
        try {
            int wanted = 1;
            for (int chunk = 0; cells.size() < wanted; chunk++) {
                ByteBuffer body = Frame.open(BlockKind.ROOT, store.block(BlockKey.of(BlockKind.ROOT, chunk)));
                wanted = body.getInt();
                readRootChunk(directory, body, cells, centroids);
                rootChunks = chunk + 1;
            }
            return cells.size() == wanted;
        } catch (CorruptBlockException e) {
            return false;
        }
    }

    private static void readRootChunk(
            DirectoryCells directory, ByteBuffer body, List<DirectoryCell> cells, CentroidMatrix centroids) {
        while (body.hasRemaining()) {
            DirectoryCell cell = new DirectoryCell(directory, body.getInt());
            cell.size = body.getInt();
            cell.position = cells.size();
            cells.add(cell);
            centroids.add();
            centroids.read(cell.position, cell.position + 1, body);
        }
    }

    void writeRoot(List<DirectoryCell> cells, CentroidMatrix centroids) {
        int chunk = 0;
        for (int first = 0; first < cells.size(); first += perChunk) {
            int end = Math.min(cells.size(), first + perChunk);
            ByteBuffer body = Frame.body(Integer.BYTES + (end - first) * (ROOT_ENTRY_BYTES + centroids.rowBytes()));
            body.putInt(cells.size());
            for (int i = first; i < end; i++) {
                body.putInt(cells.get(i).number).putInt(cells.get(i).size);
                centroids.write(i, i + 1, body);
            }
            store.putBlock(BlockKey.of(BlockKind.ROOT, chunk++), Frame.seal(BlockKind.ROOT, body));
        }
        for (int gone = chunk; gone < rootChunks; gone++) {
            store.removeBlock(BlockKey.of(BlockKind.ROOT, gone));
        }
        rootChunks = chunk;
    }

    /** Whether a cell of this number is stored. */
    boolean hasCell(int number) {
        return store.block(BlockKey.of(BlockKind.CELL, number)) != null;
    }

    /** Whether the codes of a page are stored. */
    boolean hasPage(int page) {
        return store.block(BlockKey.of(BlockKind.SCAN, page)) != null;
    }

    /**
     * The descriptors of a cell.
     *
     * @throws CorruptBlockException when the stored bytes are damaged or missing
     */
    List<PageDescriptor> readPages(int cell) {
        ByteBuffer body = Frame.open(BlockKind.CELL, store.block(BlockKey.of(BlockKind.CELL, cell)));
        List<PageDescriptor> pages = new ArrayList<>(body.remaining() / PageDescriptor.STORED_BYTES);
        while (body.hasRemaining()) {
            pages.add(PageDescriptor.read(body));
        }
        return pages;
    }

    /** Fills the centroids of a cell whose pages were added; returns the pages whose centroid is damaged or missing. */
    List<PageDescriptor> readCentroids(DirectoryCell cell) {
        List<PageDescriptor> incomplete = new ArrayList<>();
        for (int first = 0; first < cell.size; first += perChunk) {
            int end = Math.min(cell.size, first + perChunk);
            try {
                ByteBuffer body = Frame.open(BlockKind.CENTROIDS, store.block(chunkKey(cell, first / perChunk)));
                cell.centroids.read(first, end, body);
            } catch (CorruptBlockException | BufferUnderflowException e) {
                incomplete.addAll(Arrays.asList(cell.pages).subList(first, end));
            }
        }
        return incomplete;
    }

    /** Stores what changed in a cell. */
    void write(DirectoryCell cell) {
        if (cell.pagesChanged) {
            ByteBuffer body = Frame.body(cell.size * PageDescriptor.STORED_BYTES);
            for (int i = 0; i < cell.size; i++) {
                cell.pages[i].write(body);
            }
            store.putBlock(BlockKey.of(BlockKind.CELL, cell.number), Frame.seal(BlockKind.CELL, body));
            cell.pagesChanged = false;
        }
        int row = cell.centroidsChanged.nextSetBit(0);
        while (row >= 0) {
            int chunk = row / perChunk;
            writeChunk(cell, chunk);
            row = cell.centroidsChanged.nextSetBit((chunk + 1) * perChunk);
        }
        cell.centroidsChanged.clear();
        removeChunksFrom(cell);
    }

    private void writeChunk(DirectoryCell cell, int chunk) {
        int first = chunk * perChunk;
        int end = Math.min(cell.size, first + perChunk);
        ByteBuffer body = Frame.body((end - first) * dimension * Float.BYTES);
        cell.centroids.write(first, end, body);
        store.putBlock(chunkKey(cell, chunk), Frame.seal(BlockKind.CENTROIDS, body));
        cell.chunksStored = Math.max(cell.chunksStored, chunk + 1);
    }

    private void removeChunksFrom(DirectoryCell cell) {
        int used = (cell.size + perChunk - 1) / perChunk;
        for (int gone = used; gone < cell.chunksStored; gone++) {
            store.removeBlock(chunkKey(cell, gone));
        }
        cell.chunksStored = Math.min(cell.chunksStored, used);
    }

    /** Removes everything of a cell. */
    void remove(DirectoryCell cell) {
        store.removeBlock(BlockKey.of(BlockKind.CELL, cell.number));
        for (int chunk = 0; chunk < cell.chunksStored; chunk++) {
            store.removeBlock(chunkKey(cell, chunk));
        }
    }

    /** Chunks that a cell of this many pages has. */
    int chunks(int pages) {
        return (pages + perChunk - 1) / perChunk;
    }

    private static long chunkKey(DirectoryCell cell, int chunk) {
        return BlockKey.of(BlockKind.CENTROIDS, cell.number, chunk);
    }
}
