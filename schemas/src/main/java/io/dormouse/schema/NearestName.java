// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import java.util.Collection;
import java.util.Locale;

/** Finds the name that somebody who made a slip probably meant. */
final class NearestName {
    private static final int CHARACTERS_MAX = 64;

    private NearestName() {}

    /** {@code ": did you mean 'x'?"} when a known name is near, else {@code ": known are a, b, c"}. */
    static String hint(String name, Collection<String> known) {
        String nearest = "";
        int least = Integer.MAX_VALUE;
        if (name.length() <= CHARACTERS_MAX) {
            String wanted = name.toLowerCase(Locale.ROOT);
            for (String candidate : known) {
                int edits = edits(wanted, candidate.toLowerCase(Locale.ROOT));
                if (edits < least) {
                    least = edits;
                    nearest = candidate;
                }
            }
        }
        return least <= Math.min(Math.max(2, name.length() / 3), name.length() - 1)
                ? ": did you mean '" + nearest + "'?"
                : ": known are " + String.join(", ", known);
    }

    /** Levenshtein distance, one row at a time. */
    private static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
