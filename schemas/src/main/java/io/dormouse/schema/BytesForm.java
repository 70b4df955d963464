// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import java.util.Locale;
import org.apache.avro.Schema;

/** How a field of type bytes looks in JSON; the schema says so by the field's property {@code "json"}. */
enum BytesForm {
    /** Little-endian float32 as an array of numbers; a base64 string is read too, and written for what is no vector. */
    VECTOR,
    /** UTF-8 as a string; what is not UTF-8 as {@code {"base64": "..."}}. */
    TEXT,
    /** A base64 string; the form of bytes fields without the property. */
    BASE64;

    private static final String PROPERTY = "json";

    static BytesForm of(Schema.Field field) {
        String name = field.getProp(PROPERTY);
        return name == null ? BASE64 : valueOf(name.toUpperCase(Locale.ROOT));
    }
}
