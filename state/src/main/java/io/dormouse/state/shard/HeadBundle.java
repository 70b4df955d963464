// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.ForwardingStore;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.WarmStore;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The blocks of one awake shard as its parts see them: those that are small and that every shard has at most one of lie in
 * one stored value with its head, all others under their own keys.
 *
 * <p><b>Why.</b> Most namespaces are small and asleep. With everything in one place, waking one is a single read, making
 * one is a single write beside its items, and the parts that a shard does not have are known to be absent without asking.
 *
 * <p><b>What lies here</b> is the first block of each kind in {@link #KINDS}: the root of the directory, its first cell, the
 * first bits of live rows, the first scan and raw page, and so on. A block moves to its own key when it would make the value
 * longer than it may be, and comes back when it is written anew and half of that suffices, so that one at the border does
 * not move with every write. A page that lies here has no deltas: the value is written whole anyway.
 *
 * <p><b>When.</b> What is put here reaches the store with {@link #write}, at the latest with the next checkpoint or when the
 * shard falls asleep. Blocks keep their own checksums, so a damaged one costs what it costs under its own key; only damage
 * to the head itself is refused.
 *
 * <p>A head of version 1 knew nothing of this: its blocks are found under their own keys as they are asked for, and those
 * that are small move here when the shard is next written.
 */
final class HeadBundle extends ForwardingStore {
    /** Kinds whose first block may lie here, in stored order; a new kind is added at the end. */
    private static final BlockKind[] KINDS = {
        BlockKind.ROOT,
        BlockKind.CELL,
        BlockKind.CENTROIDS,
        BlockKind.LIVE,
        BlockKind.UPKEEP,
        BlockKind.TIERS,
        BlockKind.PROBES,
        BlockKind.SCAN,
        BlockKind.RAW
    };

    private static final long KEY = BlockKey.of(BlockKind.HEAD, 0);
    private static final byte[] SLOTS = slots();
    private static final int SLOT_BYTES = 1 + Integer.BYTES;
    private static final int OUTSIDE_LENGTH = -1;

    /** Vectors that may lie here beside {@link MemoryLimits#headBytesMax}. */
    private static final int VECTORS = 4;

    private enum Place {
        /** There is no such block. */
        NONE,
        HERE,
        /** Under its own key. */
        OUTSIDE,
        /** As {@link #OUTSIDE}, or {@link #NONE}: the head is of version 1. */
        UNKNOWN
    }

    private final ShardHead head;
    private final int bytesMax;
    private final Place[] places = new Place[KINDS.length];
    private final byte[][] blocks = new byte[KINDS.length][];
    /** Blocks that lie here and, until the next write, under their own key as well: one bit a kind. */
    private int alsoOutside;

    private int bytes;
    private boolean changed;
    private Runnable whenChanged = () -> {};

    private HeadBundle(WarmStore store, ShardHead head, Place everywhere, int headBytesMax) {
        super(store);
        this.head = head;
        this.bytesMax = headBytesMax == 0 ? 0 : headBytesMax + VECTORS * Float.BYTES * head.settings.dimension();
        Arrays.fill(places, everywhere);
    }

    /**
     * The blocks of a new shard.
     *
     * @param headBytesMax as in {@link MemoryLimits}; 0 = none lies here
     */
    static HeadBundle fresh(WarmStore store, ShardHead head, int headBytesMax) {
        return new HeadBundle(store, head, Place.NONE, headBytesMax);
    }

    /**
     * The blocks of the shard that the store has selected, by one read; null when there is no such shard.
     *
     * @throws CorruptBlockException when its head is damaged
     */
    static HeadBundle read(WarmStore store, int headBytesMax) {
        byte[] stored = store.block(KEY);
        if (stored == null) {
            return null;
        }
        if (Frame.kindId(stored) == BlockKind.HEAD.id()) {
            ShardHead head = ShardHead.readUncounted(Frame.open(BlockKind.HEAD, stored));
            return new HeadBundle(store, head, Place.UNKNOWN, headBytesMax);
        }
        return readBundle(store, stored, headBytesMax);
    }

    private static HeadBundle readBundle(WarmStore store, byte[] stored, int headBytesMax) {
        boolean counted = Frame.kindId(stored) != BlockKind.UNCOUNTED_BUNDLE.id();
        ByteBuffer body = Frame.openFirst(counted ? BlockKind.HEAD_BUNDLE : BlockKind.UNCOUNTED_BUNDLE, stored);
        ShardHead head = counted ? ShardHead.read(body) : ShardHead.readUncounted(body);
        HeadBundle read = new HeadBundle(store, head, Place.NONE, headBytesMax);
        read.readBlocks(body, stored);
        return read;
    }

    /** Whether a stored value is a head with small blocks. */
    static boolean isBundle(byte[] stored) {
        int kind = Frame.isFrame(stored) ? Frame.kindId(stored) : 0;
        return kind == BlockKind.HEAD_BUNDLE.id() || kind == BlockKind.UNCOUNTED_BUNDLE.id();
    }

    /** The small blocks in such a value. */
    static List<byte[]> smallBlocks(byte[] stored) {
        return Arrays.stream(readBundle(null, stored, 0).blocks)
                .filter(Objects::nonNull)
                .toList();
    }

    /** @param body what follows the head in it: the table of the blocks */
    private void readBlocks(ByteBuffer body, byte[] stored) {
        int at = body.limit();
        for (int n = body.get(); n > 0; n--) {
            int slot = slot(body.get());
            int length = body.getInt();
            if (length == OUTSIDE_LENGTH) {
                places[slot] = Place.OUTSIDE;
                continue;
            }
            // Of a value that was cut short its blocks get what is left: their readers find out.
            int from = Math.min(at, stored.length);
            put(slot, Arrays.copyOfRange(stored, from, Math.min(stored.length, from + length)));
            at += length;
        }
    }

    private static int slot(byte kind) {
        int slot = kind > 0 && kind < SLOTS.length ? SLOTS[kind] : -1;
        if (slot < 0) {
            throw new CorruptBlockException("the head lists a block of kind " + kind
                    + "; expected a known one: was it written by a newer version?");
        }
        return slot;
    }

    /** The settings and counters of the shard. */
    ShardHead head() {
        return head;
    }

    /** Sets who is told when something is put here that {@link #write} must store. */
    void whenChanged(Runnable listener) {
        whenChanged = listener;
    }

    /** Stores the head and what lies here. */
    void write() {
        ByteBuffer body = Frame.body(head.storedBytes() + 1 + KINDS.length * SLOT_BYTES);
        head.write(body);
        int table = body.position();
        body.put((byte) 0);
        byte listed = 0;
        for (int slot = 0; slot < KINDS.length; slot++) {
            if (places[slot] != Place.NONE) {
                int length = places[slot] == Place.HERE ? blocks[slot].length : OUTSIDE_LENGTH;
                body.put(KINDS[slot].id()).putInt(length);
                listed++;
            }
        }
        body.put(table, listed);
        store.putBlock(KEY, withBlocks(Frame.seal(BlockKind.HEAD_BUNDLE, body)));
        for (int slot = 0; alsoOutside != 0 && slot < KINDS.length; slot++) {
            if ((alsoOutside & 1 << slot) != 0) {
                store.removeBlock(BlockKey.of(KINDS[slot], 0));
            }
        }
        alsoOutside = 0;
        changed = false;
    }

    private byte[] withBlocks(byte[] frame) {
        byte[] value = Arrays.copyOf(frame, frame.length + bytes);
        int at = frame.length;
        for (byte[] block : blocks) {
            if (block != null) {
                System.arraycopy(block, 0, value, at, block.length);
                at += block.length;
            }
        }
        return value;
    }

    /** Slot of the block under this key, or -1 when it never lies here. */
    private static int slotOf(long key) {
        int kind = (int) (key >>> Long.SIZE - Byte.SIZE);
        return key << Byte.SIZE == 0 && kind < SLOTS.length ? SLOTS[kind] : -1;
    }

    @Override
    public boolean isInHead(long key) {
        int slot = slotOf(key);
        return slot >= 0 && places[slot] == Place.HERE;
    }

    @Override
    public byte[] block(long key) {
        int slot = slotOf(key);
        if (slot < 0 || places[slot] == Place.OUTSIDE) {
            return store.block(key);
        }
        if (places[slot] == Place.UNKNOWN) {
            return find(slot, key);
        }
        return places[slot] == Place.HERE ? blocks[slot].clone() : null;
    }

    /** Looks where a shard of version 1 has the block. Pages stay there for now, since deltas may follow them. */
    private byte[] find(int slot, long key) {
        byte[] stored = store.block(key);
        boolean page = KINDS[slot] == BlockKind.SCAN || KINDS[slot] == BlockKind.RAW;
        if (stored != null && !page && bytes + stored.length <= bytesMax / 2) {
            put(slot, stored);
            alsoOutside |= 1 << slot;
            return stored.clone();
        }
        places[slot] = stored == null ? Place.NONE : Place.OUTSIDE;
        return stored;
    }

    @Override
    public void putBlock(long key, byte[] block) {
        int slot = slotOf(key);
        if (slot < 0) {
            store.putBlock(key, block);
            return;
        }
        boolean wasOutside = places[slot] == Place.OUTSIDE || places[slot] == Place.UNKNOWN;
        take(slot);
        if (bytes + block.length <= (wasOutside ? bytesMax / 2 : bytesMax)) {
            put(slot, block);
            alsoOutside |= wasOutside ? 1 << slot : 0;
        } else {
            places[slot] = Place.OUTSIDE;
            alsoOutside &= ~(1 << slot);
            store.putBlock(key, block);
        }
        noteChanged();
    }

    @Override
    public void removeBlock(long key) {
        int slot = slotOf(key);
        if (slot < 0) {
            store.removeBlock(key);
            return;
        }
        if (places[slot] == Place.NONE) {
            return;
        }
        if (places[slot] != Place.HERE || (alsoOutside & 1 << slot) != 0) {
            store.removeBlock(key);
        }
        take(slot);
        places[slot] = Place.NONE;
        alsoOutside &= ~(1 << slot);
        noteChanged();
    }

    private void put(int slot, byte[] block) {
        blocks[slot] = block;
        bytes += block.length;
        places[slot] = Place.HERE;
    }

    private void take(int slot) {
        bytes -= blocks[slot] == null ? 0 : blocks[slot].length;
        blocks[slot] = null;
    }

    private void noteChanged() {
        if (!changed) {
            changed = true;
            whenChanged.run();
        }
    }

    /** Heap held, roughly, in bytes. */
    int heapBytes() {
        return 192 + bytes + Long.BYTES * 2 * KINDS.length;
    }

    private static byte[] slots() {
        byte[] slots = new byte[BlockKind.PROBES.id() + 1];
        Arrays.fill(slots, (byte) -1);
        for (int slot = 0; slot < KINDS.length; slot++) {
            slots[KINDS[slot].id()] = (byte) slot;
        }
        return slots;
    }
}
