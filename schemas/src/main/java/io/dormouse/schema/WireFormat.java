// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

/** How the records of a topic are written; each topic is configured with one. */
public enum WireFormat {
    /** Avro single-object encoding: the bytes C3 01, the schema's CRC-64-AVRO fingerprint (8 bytes), the body. */
    AVRO,
    /** One JSON object in UTF-8; see this module's README for the form of each record. */
    JSON,
    /** Decoding only: Avro when the record begins with C3 01 (which no JSON text does), otherwise JSON. */
    AUTO
}
