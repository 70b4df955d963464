// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What damage has cost beyond repair, with the ids of the items concerned (SPEC row TK8): each page is told of once, until so
 * many have been told of that the first are forgotten. Whoever publishes losses takes them from here.
 */
public final class Losses {
    /** Ids that one loss names; it counts them all. */
    static final int IDS_MAX = 50;

    private static final int WAITING_MAX = 256;
    private static final int REMEMBERED_MAX = 10_000;

    private final ArrayDeque<Loss> waiting = new ArrayDeque<>();
    private final LinkedHashSet<Place> told = new LinkedHashSet<>();
    private volatile long pages;
    private volatile long items;

    /** What of a page was lost. */
    public enum What {
        /** Exact vectors: the items are found by their codes, and have no vector to return. */
        VECTORS,
        /** Payloads: the items are found, and have none. */
        PAYLOADS,
        /** The codes that queries scan, and with them which items they were. */
        CODES
    }

    /**
     * One loss.
     *
     * @param page number of the raw page, or for {@link What#CODES} of the scan page
     * @param items items concerned
     * @param ids some of them, {@value #IDS_MAX} at most; none where nobody knows them
     * @param reason what is wrong, in words
     */
    public record Loss(ShardKey shard, What what, long page, int items, List<String> ids, String reason) {}

    private record Place(ShardKey shard, What what, long page) {}

    /** Whether this has not been told of. */
    boolean isNews(ShardKey shard, What what, long page) {
        return !told.contains(new Place(shard, what, page));
    }

    /** Tells of a loss, unless that was done, or too many wait to be published: then it is told of when it is met again. */
    void add(Loss loss) {
        Place place = new Place(loss.shard(), loss.what(), loss.page());
        if (waiting.size() == WAITING_MAX || !told.add(place)) {
            return;
        }
        if (told.size() > REMEMBERED_MAX) {
            told.remove(told.iterator().next());
        }
        waiting.add(loss);
        pages++;
        items += loss.items();
    }

    /** A shard was erased: what another of its name loses is news. */
    void forget(ShardKey shard) {
        told.removeIf(place -> place.shard().equals(shard));
    }

    /** Those that nobody has taken yet. */
    public List<Loss> take() {
        List<Loss> taken = new ArrayList<>(waiting);
        waiting.clear();
        return taken;
    }

    /** Pages lost so far, each kind of loss by itself; any thread may ask. */
    public long pages() {
        return pages;
    }

    /** Items concerned; any thread may ask. */
    public long items() {
        return items;
    }
}
