// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What damage has cost, for good or until it is mended, with the ids of the items concerned (SPEC row TK8): each page is told of once, until so
 * many have been told of that the first are forgotten. Whoever publishes losses takes them from here.
 */
public final class Losses {
    /** Ids that one loss names; it counts them all. */
    static final int IDS_MAX = 50;

    private static final int WAITING_MAX = 256;
    private static final int REMEMBERED_MAX = 10_000;

    private final ArrayDeque<Loss> waiting = new ArrayDeque<>();
    private final ArrayDeque<Found> found = new ArrayDeque<>();

    /** Items that each loss cost. */
    private final LinkedHashMap<Place, Integer> told = new LinkedHashMap<>();

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
     * @param items items concerned
     * @param ids some of them, {@value #IDS_MAX} at most; none where nobody knows them
     * @param reason what is wrong, in words
     */
    public record Loss(Place place, int items, List<String> ids, String reason) {}

    /**
     * What can be lost at once.
     *
     * @param page number of the raw page, or for {@link What#CODES} of the scan page
     */
    public record Place(ShardKey shard, What what, long page) {}

    /**
     * What was said to be lost and is not any more.
     *
     * @param items items concerned
     */
    public record Found(Place place, int items) {}

    /** Whether this has not been told of. */
    boolean isNews(Place place) {
        return !told.containsKey(place);
    }

    /** Tells of a loss, unless that was done, or too many wait to be published: then it is told of when it is met again, and the result is false. */
    boolean add(Loss loss) {
        if (waiting.size() == WAITING_MAX || told.putIfAbsent(loss.place(), loss.items()) != null) {
            return false;
        }
        if (told.size() > REMEMBERED_MAX) {
            told.remove(told.keySet().iterator().next());
        }
        waiting.add(loss);
        pages++;
        items += loss.items();
        return true;
    }

    /** A shard was erased, and with it what it had lost: what another of its name loses is news. */
    void forget(ShardKey shard) {
        told.entrySet().removeIf(loss -> {
            boolean gone = loss.getKey().shard().equals(shard);
            pages -= gone ? 1 : 0;
            items -= gone ? loss.getValue() : 0;
            return gone;
        });
    }

    /** What was told of is there after all, or missed by no item any more. */
    void found(Place place) {
        Integer cost = told.remove(place);
        if (cost != null) {
            found.add(new Found(place, cost));
            pages--;
            items -= cost;
        }
    }

    /** What was found and nobody has taken yet. */
    public List<Found> takeFound() {
        List<Found> taken = new ArrayList<>(found);
        found.clear();
        return taken;
    }

    /** Those that nobody has taken yet. */
    public List<Loss> take() {
        List<Loss> taken = new ArrayList<>(waiting);
        waiting.clear();
        return taken;
    }

    /** Pages lost so far and not found again, each kind of loss by itself; any thread may ask. */
    public long pages() {
        return pages;
    }

    /** Items concerned; any thread may ask. */
    public long items() {
        return items;
    }
}
