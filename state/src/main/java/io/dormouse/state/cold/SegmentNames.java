// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.Frame;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/**
 * The segments that one operator instance refers to, as its checkpoint says it to the sweep: beside the records of
 * {@link SegmentUses} and made from them, so that nobody needs to restore keyed state to know. Each instance writes one
 * for its own key groups; together they are the whole truth only when they cover all groups and all are complete.
 *
 * @param firstGroup the first key group of the instance
 * @param lastGroup its last key group
 * @param groups key groups of the whole operator
 * @param complete false when a record was damaged, so that names may be missing
 * @param names of 64 hexadecimal digits
 */
public record SegmentNames(int firstGroup, int lastGroup, int groups, boolean complete, List<String> names) {
    private static final int FIXED_BYTES = 4 * Integer.BYTES;
    private static final int NAME_BYTES = 32;

    /** Refuses groups that cannot be. */
    public SegmentNames {
        if (firstGroup < 0 || lastGroup < firstGroup || groups <= lastGroup) {
            throw new IllegalArgumentException(
                    "key groups " + firstGroup + " to " + lastGroup + " of " + groups + " cannot be");
        }
        names = List.copyOf(names);
    }

    /** As one element of list state. */
    public byte[] write() {
        ByteBuffer body = Frame.body(FIXED_BYTES + names.size() * NAME_BYTES);
        body.putInt(firstGroup).putInt(lastGroup).putInt(groups).putInt(complete ? 1 : 0);
        names.forEach(name -> body.put(HexFormat.of().parseHex(name)));
        return Frame.seal(BlockKind.SEGMENT_NAMES, body);
    }

    /**
     * Reads an element of list state.
     *
     * @throws CorruptBlockException when it is not one, whole and unchanged
     */
    public static SegmentNames read(byte[] stored) {
        ByteBuffer body = Frame.open(BlockKind.SEGMENT_NAMES, stored);
        if (body.remaining() < FIXED_BYTES || (body.remaining() - FIXED_BYTES) % NAME_BYTES != 0) {
            throw new CorruptBlockException("names of segments in " + body.remaining() + " bytes: expected "
                    + FIXED_BYTES + " and a multiple of " + NAME_BYTES);
        }
        int first = body.getInt();
        int last = body.getInt();
        int groups = body.getInt();
        boolean complete = body.getInt() == 1;
        String[] names = new String[body.remaining() / NAME_BYTES];
        byte[] name = new byte[NAME_BYTES];
        for (int i = 0; i < names.length; i++) {
            body.get(name);
            names[i] = HexFormat.of().formatHex(name);
        }
        try {
            return new SegmentNames(first, last, groups, complete, List.of(names));
        } catch (IllegalArgumentException e) {
            throw new CorruptBlockException("names of segments: " + e.getMessage());
        }
    }
}
