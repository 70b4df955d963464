// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.crash;

import io.dormouse.schema.Hit;
import io.dormouse.schema.QueryResult;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * All that came back on the results topic, held against what was asked: every query has an answer, an answer that is not
 * flagged is right, and no two have the same query id and attempt. Any thread may tell and ask.
 */
public final class Answers {
    private final Map<String, Asked> open = new ConcurrentHashMap<>();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Since> next = new ConcurrentLinkedQueue<>();
    private final Set<String> examples = ConcurrentHashMap.newKeySet();
    private long asked;
    private long right;
    private long flagged;
    private long wrong;
    private long repeated;
    private long alike;
    private long lastNanos = System.nanoTime();
    private long silenceNanos;

    /**
     * A query.
     *
     * @param write the last write of its item that Kafka had acknowledged when it was asked
     */
    record Asked(int item, int write, long nanos) {}

    /** A query is being sent. */
    void asked(String id, Asked query) {
        open.put(id, query);
        synchronized (this) {
            asked++;
        }
    }

    /** A query could not be sent, so that nobody owes an answer. */
    void notSent(String id) {
        if (open.remove(id) != null) {
            synchronized (this) {
                asked--;
            }
        }
    }

    /** A record of the results topic. */
    void came(QueryResult result) {
        Asked query = open.get(result.getQueryId());
        if (query == null) {
            return;
        }
        boolean news = seen.add(result.getQueryId() + " " + result.getAttempt());
        boolean first = answered.add(result.getQueryId());
        String flaw = flaw(query, result);
        synchronized (this) {
            silent();
            alike += news ? 0 : 1;
            repeated += first ? 0 : 1;
            wrong += flaw == null ? 0 : 1;
            if (first && flaw == null) {
                boolean whole = !result.getPartial() && result.getError() == null;
                right += whole ? 1 : 0;
                flagged += whole ? 0 : 1;
            }
        }
        if (flaw != null && examples.size() < 10) {
            examples.add(flaw);
        }
        if (first) {
            next.removeIf(since -> since.isAnsweredBy(query));
        }
    }

    private record Since(long nanos, Runnable then) {
        boolean isAnsweredBy(Asked query) {
            if (query.nanos() - nanos <= 0) {
                return false;
            }
            then.run();
            return true;
        }
    }

    /** Runs something when the first answer comes to a query that was asked after this moment. */
    void onNext(long nanos, Runnable then) {
        next.add(new Since(nanos, then));
    }

    /** What is wrong with an answer, or null. One with an error or flagged partial may lack things, but says nothing false. */
    private static String flaw(Asked query, QueryResult result) {
        boolean complete = !result.getPartial() && result.getError() == null;
        boolean own = false;
        for (Hit hit : result.getHits()) {
            if (hit.getPayload() == null) {
                if (complete) {
                    return "hit " + hit.getId() + " of " + result.getQueryId() + " has no payload";
                }
                continue;
            }
            int write = CrashItems.writeOf(hit.getPayload());
            if (CrashItems.write(write).item() != Integer.parseInt(hit.getId())) {
                return "hit " + hit.getId() + " has the payload of write " + write;
            }
            own |= hit.getId().equals(Integer.toString(query.item())) && write >= query.write();
        }
        if (complete && !own) {
            return "item " + query.item() + " of write " + query.write() + " is not among its own nearest: "
                    + result.getHits().stream().map(Hit::getId).toList();
        }
        return null;
    }

    private void silent() {
        long now = System.nanoTime();
        silenceNanos = Math.max(silenceNanos, now - lastNanos);
        lastNanos = now;
    }

    /** The longest time without an answer since this was last asked. */
    synchronized long takeSilenceMillis() {
        silent();
        long millis = silenceNanos / 1_000_000;
        silenceNanos = 0;
        return millis;
    }

    /** Queries that have no answer yet. */
    public Set<String> missing() {
        Set<String> missing = new HashSet<>(open.keySet());
        missing.removeAll(answered);
        return missing;
    }

    /** Queries sent. */
    public synchronized long asked() {
        return asked;
    }

    /** Answered whole and right. */
    public synchronized long right() {
        return right;
    }

    /** Answered with a flag or an error. */
    public synchronized long flagged() {
        return flagged;
    }

    /** Answers that say something false. */
    public synchronized long wrong() {
        return wrong;
    }

    /** Further answers to a query that had one, of another attempt. */
    public synchronized long repeated() {
        return repeated;
    }

    /** Answers that have query id and attempt in common with another. */
    public synchronized long alike() {
        return alike;
    }

    /** Some of the flaws, in words. */
    public Set<String> examples() {
        return examples;
    }
}
