// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.local.client.Answer;
import io.dormouse.schema.Hit;
import io.dormouse.schema.QueryCost;
import io.dormouse.schema.QueryResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An answer as text for people: one line a hit, and what the answer cost. */
final class AnswerText {
    private AnswerText() {}

    static List<String> lines(Answer answer, int columns) {
        QueryResult result = answer.result();
        List<String> lines = new ArrayList<>();
        if (result.getError() != null) {
            lines.add("error: " + result.getError());
        }
        for (int i = 0; i < result.getHits().size(); i++) {
            lines.add(hit(i + 1, result.getHits().get(i), columns));
        }
        if (result.getPartial()) {
            lines.add("partial: " + result.getPartialReason());
        }
        lines.add(cost(answer));
        return lines;
    }

    /** Rank, score, date, category, text, tier; date and category where the metadata has them. */
    static String hit(int rank, Hit hit, int columns) {
        Map<String, Object> metadata = hit.getMetadata();
        String left = String.format(
                Locale.ROOT,
                "%3d. %6.3f  %-10s %-12.12s ",
                rank,
                hit.getScore(),
                metadata.getOrDefault("date", ""),
                metadata.getOrDefault("category", ""));
        String right = "  " + hit.getTier();
        String text = hit.getPayload() == null
                ? hit.getId()
                : StandardCharsets.UTF_8.decode(hit.getPayload().duplicate()).toString();
        int room = Math.max(20, columns - left.length() - right.length() - 1);
        return left + fit(text.replace('\n', ' '), room) + right;
    }

    private static String fit(String text, int room) {
        return text.length() > room ? text.substring(0, room - 3) + "..." : text + " ".repeat(room - text.length());
    }

    private static String cost(Answer answer) {
        QueryCost cost = answer.result().getCost();
        return String.format(
                Locale.ROOT,
                "     %.1f ms; pages %d hot %d warm %d cold; %,d of %,d rows scored, %d reranked; %,d us in the operator",
                answer.latencyMillis(),
                cost.getPagesHot(),
                cost.getPagesWarm(),
                cost.getPagesCold(),
                cost.getRowsScored(),
                cost.getRowsStored(),
                cost.getRowsReranked(),
                cost.getOperatorMicros());
    }
}
