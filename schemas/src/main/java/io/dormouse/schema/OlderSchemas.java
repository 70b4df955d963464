// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.message.SchemaStore;

/** The schemas of earlier versions of this job, so that what was written with them stays readable. */
final class OlderSchemas {
    /** Versions whose schemas differ from the current ones in some record. */
    private static final int[] VERSIONS = {1};

    private OlderSchemas() {}

    /** Earlier schemas of a record, by fingerprint; a version in which it was as it is now has none. */
    static SchemaStore of(Class<?> record) {
        SchemaStore.Cache schemas = new SchemaStore.Cache();
        for (int version : VERSIONS) {
            try (InputStream in = record.getResourceAsStream("v" + version + "/" + record.getSimpleName() + ".avsc")) {
                if (in != null) {
                    schemas.addSchema(new Schema.Parser().parse(in));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "the schema of " + record.getSimpleName() + " in version " + version + " cannot be read", e);
            }
        }
        return schemas;
    }
}
