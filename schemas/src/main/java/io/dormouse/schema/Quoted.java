// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import org.jspecify.annotations.Nullable;

/**
 * Offending values as they may stand in a message: at most {@value #CHARACTERS_MAX} characters, without control
 * characters, line separators, direction overrides or half surrogate pairs, so that no sender can forge or flood a log.
 */
final class Quoted {
    private static final int CHARACTERS_MAX = 64;
    private static final int SENTENCE_CHARACTERS_MAX = 240;

    private Quoted() {}

    /** The value in single quotes, with its full length when it had to be cut. */
    static String quoted(String value) {
        if (value.length() <= CHARACTERS_MAX) {
            return "'" + printable(value) + "'";
        }
        return "'" + shortened(value) + "' (" + value.length() + " characters)";
    }

    /** The value without quotes, cut with an ellipsis. */
    static String shortened(String value) {
        return cut(value, CHARACTERS_MAX);
    }

    /** A library's message, which may quote the value, cut at {@value #SENTENCE_CHARACTERS_MAX} characters. */
    static String sentence(@Nullable String message) {
        return message == null ? "no reason given" : cut(message, SENTENCE_CHARACTERS_MAX);
    }

    private static String cut(String value, int charactersMax) {
        return value.length() <= charactersMax
                ? printable(value)
                : printable(value.substring(0, charactersMax)) + "...";
    }

    private static String printable(String value) {
        StringBuilder out = new StringBuilder(value.length());
        value.codePoints().forEach(c -> out.appendCodePoint(isPrintable(c) ? c : '?'));
        return out.toString();
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
