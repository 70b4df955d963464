// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.store;

/**
 * The key of a numbered block within its shard, packed into 64 bits so that keys of one page are neighbours in an
 * ordered store: kind (8 bits), number (44 bits), sequence (12 bits).
 */
public final class BlockKey {
    private static final int SEQUENCE_BITS = 12;
    private static final int NUMBER_BITS = 44;
    /** Largest block number. */
    public static final long NUMBER_MAX = (1L << NUMBER_BITS) - 1;
    /** Largest sequence. */
    public static final int SEQUENCE_MAX = (1 << SEQUENCE_BITS) - 1;

    private BlockKey() {}

    /** Key of the block itself. */
    public static long of(BlockKind kind, long number) {
        return of(kind, number, 0);
    }

    /**
     * Key of a block or of one of its deltas.
     *
     * @param number page, row or chunk number, at most {@link #NUMBER_MAX}
     * @param sequence 0 for the block itself, from 1 for what was appended since
     */
    public static long of(BlockKind kind, long number, int sequence) {
        assert number >= 0 && number <= NUMBER_MAX && sequence >= 0 && sequence <= SEQUENCE_MAX;
        return ((long) kind.id() << (NUMBER_BITS + SEQUENCE_BITS)) | (number << SEQUENCE_BITS) | sequence;
    }

    /** The stored id of a key's kind. */
    static int kind(long key) {
        return (int) (key >>> NUMBER_BITS + SEQUENCE_BITS);
    }

    /** The sequence of a key. */
    static int sequence(long key) {
        return (int) key & SEQUENCE_MAX;
    }
}
