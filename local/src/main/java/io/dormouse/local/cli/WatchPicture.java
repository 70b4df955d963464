// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import java.util.List;

/**
 * One picture of a watched memory.
 *
 * @param endToEndMillis p50, p95, p99 from the query's Kafka timestamp to the answer's arrival, NaN without answers
 * @param operatorMillis p50, p95, p99 of the work in the operators
 * @param deadLetters the last few, oldest first
 * @param events the last few, oldest first
 */
record WatchPicture(
        String bootstrap,
        List<TopicRates.Rate> topics,
        double answersPerSecond,
        WatchTotals totals,
        double[] endToEndMillis,
        double[] operatorMillis,
        List<String> deadLetters,
        List<String> events) {}
