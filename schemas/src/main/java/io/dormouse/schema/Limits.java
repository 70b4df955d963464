// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import java.io.Serializable;

/**
 * The bounds of a record; all of them inclusive.
 *
 * @param dimensionMax dimensions of a vector
 * @param kMax hits that one query may ask for
 * @param payloadBytesMax bytes of an item's payload
 * @param idBytesMax UTF-8 bytes of an id, of an item, query or command
 * @param namespaceBytesMax UTF-8 bytes of a namespace
 * @param metadataEntriesMax attributes of an item
 * @param metadataBytesMax UTF-8 bytes of all keys and values of an item's metadata (8 for a number, 1 for a boolean),
 *     and of a query's filter
 * @param afterTokensMax after tokens of a query
 * @param deadlineMillisMax longest deadline of a query
 * @param partitionsMax partitions of a namespace
 * @param recordBytesMax bytes of a record as it stands in Kafka
 */
public record Limits(
        int dimensionMax,
        int kMax,
        int payloadBytesMax,
        int idBytesMax,
        int namespaceBytesMax,
        int metadataEntriesMax,
        int metadataBytesMax,
        int afterTokensMax,
        int deadlineMillisMax,
        int partitionsMax,
        int recordBytesMax)
        implements Serializable {

    /** What holds when nothing is configured. */
    public static final Limits DEFAULTS =
            new Limits(4096, 1000, 65_536, 512, 128, 64, 16_384, 16, 60_000, 1024, 1 << 20);

    public Limits {
        positive("dimensionMax", dimensionMax);
        positive("kMax", kMax);
        positive("payloadBytesMax", payloadBytesMax);
        positive("idBytesMax", idBytesMax);
        positive("namespaceBytesMax", namespaceBytesMax);
        positive("metadataEntriesMax", metadataEntriesMax);
        positive("metadataBytesMax", metadataBytesMax);
        positive("afterTokensMax", afterTokensMax);
        positive("deadlineMillisMax", deadlineMillisMax);
        positive("partitionsMax", partitionsMax);
        positive("recordBytesMax", recordBytesMax);
    }

    /** These limits with the ones that a job may set. */
    public Limits with(int dimensionMax, int kMax, int payloadBytesMax, int recordBytesMax) {
        return new Limits(
                dimensionMax,
                kMax,
                payloadBytesMax,
                idBytesMax,
                namespaceBytesMax,
                metadataEntriesMax,
                metadataBytesMax,
                afterTokensMax,
                deadlineMillisMax,
                partitionsMax,
                recordBytesMax);
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s is %d: set it to at least 1".formatted(name, value));
        }
    }
}
