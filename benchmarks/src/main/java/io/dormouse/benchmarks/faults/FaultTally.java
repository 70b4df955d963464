// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.faults;

import io.dormouse.schema.Hit;
import io.dormouse.schema.QueryResult;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** What became of the queries that were asked during one fault. Any thread may count. */
public final class FaultTally {
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private int asked;
    private int right;
    private int partial;
    private int wrong;
    private int stuck;
    private long longestMillis;
    private long recoveryMillis;
    private int lost;
    private String example = "";
    private final Map<String, Integer> reasons = new HashMap<>();

    /** Counts the answer to the question for the items nearest to an item's own vector. */
    synchronized boolean count(int item, QueryResult answer, long millis) {
        asked++;
        longestMillis = Math.max(longestMillis, millis);
        String flaw = flaw(item, answer);
        if (flaw != null) {
            wrong++;
            example = flaw;
        } else if (answer.getPartial()) {
            partial++;
            reasons.merge(NUMBER.matcher(answer.getPartialReason()).replaceAll("N"), 1, Integer::sum);
        } else {
            right++;
        }
        return flaw == null && !answer.getPartial();
    }

    /** What is wrong with an answer, or null. A partial one may lack payloads and be out of order, but says nothing false. */
    private static String flaw(int item, QueryResult answer) {
        if (answer.getError() != null) {
            return answer.getError();
        }
        for (Hit hit : answer.getHits()) {
            boolean lacking = hit.getPayload() == null;
            if (lacking ? !answer.getPartial() : !hit.getPayload().equals(FaultItems.payload(hit.getId()))) {
                return "item " + hit.getId() + " has payload " + hit.getPayload();
            }
        }
        if (answer.getHits().size() != FaultItems.K && !answer.getPartial()) {
            return answer.getHits().size() + " hits, and not partial";
        }
        boolean first = !answer.getHits().isEmpty()
                && answer.getHits().get(0).getId().equals(Integer.toString(item))
                && answer.getHits().get(0).getScore() > 0.999f;
        return first || answer.getPartial() ? null : "item " + item + " is not its own nearest one";
    }

    synchronized void stuck(int item) {
        asked++;
        stuck++;
        example = "no answer about item " + item;
    }

    synchronized void lost(int items) {
        lost += items;
    }

    synchronized void recovered(long millis) {
        recoveryMillis = millis;
    }

    public synchronized int asked() {
        return asked;
    }

    public synchronized int right() {
        return right;
    }

    public synchronized int partial() {
        return partial;
    }

    /** What most partial answers gave for a reason, with {@code N} for each number in it; empty when none was partial. */
    public synchronized String usualReason() {
        return reasons.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
    }

    /** Answers that say something false without a flag, errors included. */
    public synchronized int wrong() {
        return wrong;
    }

    /** Queries that got no answer by their deadline and some seconds more. */
    public synchronized int stuck() {
        return stuck;
    }

    public synchronized long longestMillis() {
        return longestMillis;
    }

    /** From the end of the fault to the first of twenty right answers in a row. */
    public synchronized long recoveryMillis() {
        return recoveryMillis;
    }

    /** Items written during the fault that were not found after it. */
    public synchronized int lost() {
        return lost;
    }

    /** The last flaw seen, or nothing. */
    public synchronized String example() {
        return example;
    }
}
