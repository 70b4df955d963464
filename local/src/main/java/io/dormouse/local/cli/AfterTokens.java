// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.schema.AfterToken;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code partition:offset}. */
final class AfterTokens implements ITypeConverter<AfterToken> {
    @Override
    public AfterToken convert(String text) {
        String[] parts = text.split(":", -1);
        try {
            if (parts.length == 2) {
                return new AfterToken(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
            }
        } catch (NumberFormatException e) {
            throw malformed(text);
        }
        throw malformed(text);
    }

    private static TypeConversionException malformed(String text) {
        return new TypeConversionException(
                "'" + text + "' is no place in the ingest topic: expected PARTITION:OFFSET, such as 0:4711");
    }
}
