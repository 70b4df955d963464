// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.KeyGroups;
import io.dormouse.state.store.WarmStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The segments that hold pages of this operator's shards, and how much of each is still in use. Kept in heap, and stored
 * per key group under a key of that group, so that it moves along when the job is rescaled.
 *
 * <p>A damaged record costs no page, since every shard knows its own references; its segments are counted anew from the
 * next page that goes, and are never rewritten. Their names are lost, so the record says from then on that it is not
 * complete, by an entry without a name, and the sweep reads the references themselves.
 */
public final class SegmentUses {
    private static final int NAME_BYTES = 32;
    private static final int ENTRY_BYTES = NAME_BYTES + 8 + 8;
    /** Stands for names that were lost. */
    private static final String NAMELESS = "00".repeat(NAME_BYTES);

    private static final long KEY = BlockKey.of(BlockKind.SEGMENTS, 0);

    private final WarmStore store;
    private final KeyGroups keyGroups;
    private final Map<Integer, Group> groups = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private int segments;
    private long bytes;
    private long live;

    /** Bytes of one segment. */
    private static final class Use {
        /** The object's length. */
        long bytes;
        /** What its pages take, without what the object has around them; 0 until it is known, after a restore. */
        long pageBytes;
        /** What the pages in use take. */
        long live;

        boolean isSparse(double share) {
            return live < share * (pageBytes == 0 ? bytes : pageBytes);
        }
    }

    private static final class Group {
        final Map<String, Use> uses = new LinkedHashMap<>();
        boolean complete = true;
        boolean changed;
    }

    /** The uses of the key groups that the store holds. */
    public SegmentUses(WarmStore store, KeyGroups keyGroups) {
        this.store = store;
        this.keyGroups = keyGroups;
        for (int group : keyGroups.owned()) {
            groups.put(group, read(group));
        }
    }

    private Group read(int number) {
        Group group = new Group();
        store.select(keyGroups.keyOf(number));
        byte[] stored = store.block(KEY);
        if (stored == null) {
            return group;
        }
        try {
            ByteBuffer body = Frame.open(BlockKind.SEGMENTS, stored);
            while (body.hasRemaining()) {
                readEntry(body, group);
            }
        } catch (CorruptBlockException e) {
            group.complete = false;
            faults.add("segments of key group " + number + ": " + e.getMessage());
        }
        return group;
    }

    private void readEntry(ByteBuffer body, Group group) {
        byte[] bytes = new byte[NAME_BYTES];
        body.get(bytes);
        String name = HexFormat.of().formatHex(bytes);
        Use use = new Use();
        use.bytes = body.getLong();
        use.live = body.getLong();
        if (name.equals(NAMELESS)) {
            group.complete = false;
        } else {
            group.uses.put(name, use);
            count(use, 1);
        }
    }

    /** A page of a new segment is in use now. */
    public void added(ShardKey shard, ColdPage page, long segmentBytes) {
        Group group = group(shard);
        Use use = group.uses.get(page.segment());
        if (use == null) {
            use = new Use();
            group.uses.put(page.segment(), use);
        } else {
            count(use, -1);
        }
        use.bytes = segmentBytes;
        use.live += page.storedBytes();
        count(use, 1);
        group.changed = true;
    }

    /** A page is in use no longer. */
    public void released(ShardKey shard, ColdPage page) {
        Group group = group(shard);
        Use use = group.uses.get(page.segment());
        if (use == null) {
            return;
        }
        count(use, -1);
        use.live -= page.storedBytes();
        group.changed = true;
        if (use.live <= 0) {
            group.uses.remove(page.segment());
        } else {
            count(use, 1);
        }
    }

    private void count(Use use, int sign) {
        segments += sign;
        bytes += sign * use.bytes;
        live += sign * use.live;
    }

    private Group group(ShardKey shard) {
        return groups.computeIfAbsent(keyGroups.groupOf(shard), number -> new Group());
    }

    /**
     * What the pages of a segment took when it was written becomes known: small ones that compress well take less than what
     * lies around them.
     */
    public void know(List<Segment.Entry> entries) {
        long pageBytes =
                entries.stream().mapToLong(entry -> entry.cold().storedBytes()).sum();
        for (Segment.Entry entry : entries.subList(0, Math.min(1, entries.size()))) {
            Use use = group(entry.shard()).uses.get(entry.cold().segment());
            if (use != null) {
                use.pageBytes = pageBytes;
            }
        }
    }

    /** Whether less than a share of a segment is in use. */
    public boolean isSparse(String segment, double share) {
        return groups.values().stream()
                .map(group -> group.uses.get(segment))
                .anyMatch(use -> use != null && use.isSparse(share));
    }

    /**
     * A segment of which less than this share seems to be in use, none of those excepted; or null. Only what it says it held
     * ({@link #know}) makes that certain.
     */
    public String sparse(double share, Set<String> except) {
        for (Group group : groups.values()) {
            for (Map.Entry<String, Use> each : group.uses.entrySet()) {
                Use use = each.getValue();
                if (use.isSparse(share) && !except.contains(each.getKey())) {
                    return each.getKey();
                }
            }
        }
        return null;
    }

    /** Length of a segment, or 0 when it is not in use. */
    public long bytes(String segment) {
        for (Group group : groups.values()) {
            Use use = group.uses.get(segment);
            if (use != null) {
                return use.bytes;
            }
        }
        return 0;
    }

    /** Stores what changed. */
    public void flush() {
        groups.forEach((number, group) -> {
            if (group.changed) {
                store.select(keyGroups.keyOf(number));
                write(group);
                group.changed = false;
            }
        });
    }

    private void write(Group group) {
        if (group.uses.isEmpty() && group.complete) {
            store.removeBlock(KEY);
            return;
        }
        ByteBuffer body = Frame.body((group.uses.size() + (group.complete ? 0 : 1)) * ENTRY_BYTES);
        if (!group.complete) {
            body.put(HexFormat.of().parseHex(NAMELESS)).putLong(0).putLong(0);
        }
        group.uses.forEach((name, use) ->
                body.put(HexFormat.of().parseHex(name)).putLong(use.bytes).putLong(use.live));
        store.putBlock(KEY, Frame.seal(BlockKind.SEGMENTS, body));
    }

    /** Names of the segments in use, sorted. */
    public List<String> names() {
        TreeSet<String> names = new TreeSet<>();
        groups.values().forEach(group -> names.addAll(group.uses.keySet()));
        return List.copyOf(names);
    }

    /** Whether these are all segments in use: false from when a record was found damaged. */
    public boolean isComplete() {
        return groups.values().stream().allMatch(group -> group.complete);
    }

    /** Segments in use; this and the next two may be read by any thread. */
    public int segments() {
        return segments;
    }

    /** Bytes of the segments in use. */
    public long bytes() {
        return bytes;
    }

    /** Bytes of pages in use. */
    public long bytesLive() {
        return live;
    }

    /** What was found damaged when the uses were read, in words. */
    public List<String> faults() {
        return List.copyOf(faults);
    }
}
