// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import com.carrotsearch.hppc.LongObjectHashMap;
import com.carrotsearch.hppc.cursors.LongObjectCursor;
import io.dormouse.state.kernel.RowFilter;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.WarmStore;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Which rows of a shard are alive: one bit a row, in chunks of {@value #CHUNK_ROWS} that are read when first asked for.
 * An upsert or delete only clears a bit here; scan pages drop dead rows when they are next rewritten.
 *
 * <p>The same is said by the index from ids to rows, only more slowly to read: a chunk that is damaged or lost is made
 * anew from it.
 */
final class LiveRows implements RowFilter {
    static final int CHUNK_ROWS = 32_768;

    private static final long[] NO_WORDS = {};

    private final WarmStore store;
    private final long storedRows;
    private final LongObjectHashMap<Chunk> chunks = new LongObjectHashMap<>(1);
    private long lastNumber = -1;
    private Chunk last;

    /**
     * Bits of the shard that the store has selected.
     *
     * @param storedRows rows that the store knows of: a chunk of theirs that is missing was lost
     */
    LiveRows(WarmStore store, long storedRows) {
        this.store = store;
        this.storedRows = storedRows;
    }

    @Override
    public boolean accepts(long row) {
        return chunk(row / CHUNK_ROWS).get((int) (row % CHUNK_ROWS));
    }

    void setAlive(long row) {
        chunk(row / CHUNK_ROWS).set((int) (row % CHUNK_ROWS));
    }

    void setDead(long row) {
        chunk(row / CHUNK_ROWS).clear((int) (row % CHUNK_ROWS));
    }

    /** Whether any row in [from, to) is alive. */
    boolean anyAlive(long from, long to) {
        for (long row = from; row < to; row++) {
            if (accepts(row)) {
                return true;
            }
        }
        return false;
    }

    /** Rows alive in [from, to). */
    int alive(long from, long to) {
        int alive = 0;
        for (long row = from; row < to; row++) {
            alive += accepts(row) ? 1 : 0;
        }
        return alive;
    }

    /** The rows of a raw page that are alive. */
    long[] rowsOf(long page, int rowsPerPage) {
        return LongStream.range(page * rowsPerPage, (page + 1) * rowsPerPage)
                .filter(this::accepts)
                .toArray();
    }

    int heapBytes() {
        int bytes = 64;
        for (LongObjectCursor<Chunk> c : chunks) {
            bytes += 48 + 8 * c.value.words.length;
        }
        return bytes;
    }

    void flush() {
        for (LongObjectCursor<Chunk> c : chunks) {
            if (c.value.dirty) {
                c.value.write(store, c.key);
            }
        }
    }

    private Chunk chunk(long number) {
        if (number == lastNumber) {
            return last;
        }
        Chunk chunk = chunks.get(number);
        if (chunk == null) {
            chunk = read(number);
            chunks.put(number, chunk);
        }
        lastNumber = number;
        last = chunk;
        return chunk;
    }

    private Chunk read(long number) {
        byte[] stored = store.block(BlockKey.of(BlockKind.LIVE, number));
        if (stored == null && number * CHUNK_ROWS >= storedRows) {
            return new Chunk(NO_WORDS);
        }
        try {
            return Chunk.of(Frame.open(BlockKind.LIVE, stored));
        } catch (CorruptBlockException e) {
            return fromIndex(number);
        }
    }

    private Chunk fromIndex(long number) {
        Chunk chunk = new Chunk(NO_WORDS);
        for (String id : store.indexedIds()) {
            IndexEntry entry = IndexEntry.readOrNull(store.indexEntry(id));
            if (entry != null && entry.row() / CHUNK_ROWS == number) {
                chunk.set((int) (entry.row() % CHUNK_ROWS));
            }
        }
        return chunk;
    }

    private static final class Chunk {
        long[] words;
        boolean dirty;

        Chunk(long[] words) {
            this.words = words;
        }

        boolean get(int bit) {
            int w = bit >>> 6;
            return w < words.length && (words[w] & (1L << bit)) != 0;
        }

        void set(int bit) {
            int w = bit >>> 6;
            if (w >= words.length) {
                words = Arrays.copyOf(words, Math.min(CHUNK_ROWS / 64, Math.max(w + 1, words.length * 2)));
            }
            words[w] |= 1L << bit;
            dirty = true;
        }

        void clear(int bit) {
            int w = bit >>> 6;
            if (w < words.length) {
                words[w] &= ~(1L << bit);
                dirty = true;
            }
        }

        static Chunk of(ByteBuffer body) {
            long[] words = new long[body.remaining() / 8];
            body.asLongBuffer().get(words);
            return new Chunk(words);
        }

        void write(WarmStore store, long number) {
            int length = words.length;
            while (length > 0 && words[length - 1] == 0) {
                length--;
            }
            ByteBuffer body = Frame.body(8 * length);
            for (int i = 0; i < length; i++) {
                body.putLong(words[i]);
            }
            store.putBlock(BlockKey.of(BlockKind.LIVE, number), Frame.seal(BlockKind.LIVE, body));
            dirty = false;
        }
    }
}
