// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import static io.dormouse.schema.Quoted.quoted;

import java.util.Objects;

/**
 * A record refused, with a stable code and words that a person can act on. The factories hold the words for what only
 * the memory can know; what the record alone shows is worded by {@link RecordValidator}.
 *
 * @param reason the stable code
 * @param message what failed, the offending value, what was expected, what to do
 */
public record Violation(Reason reason, String message) {
    public Violation {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(message, "message");
    }

    /** An item whose vector has another dimension than its namespace. */
    public static Violation wrongDimension(String namespace, int expected, String id, int actual) {
        return new Violation(
                Reason.WRONG_DIMENSION,
                "namespace %s holds %d-dimensional vectors; record %s has %d: send it to another namespace or erase this one first"
                        .formatted(quoted(namespace), expected, quoted(id), actual));
    }

    /** A query whose vector has another dimension than its namespace. */
    public static Violation wrongQueryDimension(String namespace, int expected, String queryId, int actual) {
        return new Violation(
                Reason.WRONG_DIMENSION,
                "namespace %s holds %d-dimensional vectors; query %s has %d: embed it with the model that made the namespace's vectors"
                        .formatted(quoted(namespace), expected, quoted(queryId), actual));
    }

    /** A vector of zeros, of an item or a query, in a namespace whose metric is cosine. */
    public static Violation zeroVectorUnderCosine(String namespace, String id) {
        return new Violation(
                Reason.ZERO_VECTOR,
                "namespace %s compares by cosine; the vector of %s is all zeros and has no direction: send a vector that is not zero, or use a namespace with metric L2"
                        .formatted(quoted(namespace), quoted(id)));
    }

    /** A query to a namespace that has neither been created nor received a record. */
    public static Violation unknownNamespace(String namespace) {
        return new Violation(
                Reason.UNKNOWN_NAMESPACE,
                "namespace %s does not exist: check its name, create it with a command, or send its first record"
                        .formatted(quoted(namespace)));
    }

    /** An item that does not fit into its namespace any more. */
    public static Violation itemsLimit(String namespace, long itemsMax, String id) {
        return new Violation(
                Reason.LIMIT_REACHED,
                "namespace %s may hold %d items and is full; record %s is a new one: delete items, or raise itemsMax with an ALTER command"
                        .formatted(quoted(namespace), itemsMax, quoted(id)));
    }

    /** An item too large for what its namespace may still hold. */
    public static Violation bytesLimit(String namespace, long bytesMax, String id, int bytes) {
        return new Violation(
                Reason.LIMIT_REACHED,
                "namespace %s may hold %d bytes and has no room for the %d of record %s: delete items, send less payload, or raise bytesMax with an ALTER command"
                        .formatted(quoted(namespace), bytesMax, bytes, quoted(id)));
    }

    /** One more item than its namespace may be sent in a second. */
    public static Violation rateLimit(String namespace, int recordsPerSecondMax, String id) {
        return new Violation(
                Reason.RATE_LIMITED,
                "namespace %s takes %d records a second; record %s is one too many: send it again, slower, or raise recordsPerSecondMax with an ALTER command"
                        .formatted(quoted(namespace), recordsPerSecondMax, quoted(id)));
    }

    /** A CREATE command for a namespace that exists with another setting. */
    public static Violation settingConflict(String namespace, String setting, Object existing, Object wanted) {
        return new Violation(
                Reason.CONFLICT,
                "namespace %s exists with %s %s; the command wants %s: erase the namespace first or choose another name"
                        .formatted(
                                quoted(namespace),
                                setting,
                                Quoted.shortened(String.valueOf(existing)),
                                Quoted.shortened(String.valueOf(wanted))));
    }

    /** A CREATE command for one more namespace of several partitions than a job may have. */
    public static Violation tooManySpread(int namespacesMax) {
        return new Violation(
                Reason.LIMIT_REACHED,
                "the job has %d namespaces of several partitions, the most it may have: create this one with one partition or erase another"
                        .formatted(namespacesMax));
    }

    /** Settings of a namespace, or a record that would make one, that this job cannot hold. */
    public static Violation unsupported(String namespace, String why) {
        return new Violation(Reason.UNSUPPORTED, "namespace %s: %s".formatted(quoted(namespace), why));
    }

    /** A vector, of an item or a query, that has other components than zeros and ones in a namespace of binary vectors. */
    public static Violation notBinary(String namespace, String id) {
        return new Violation(
                Reason.NOT_BINARY,
                "namespace %s holds binary vectors; the vector of %s has components other than 0 and 1: send zeros and ones, or use a namespace with another metric than HAMMING"
                        .formatted(quoted(namespace), quoted(id)));
    }

    /** A shard whose head is damaged: nothing is known of it. */
    public static Violation damagedShard(String namespace, int partition, String reason) {
        return new Violation(
                Reason.DAMAGED,
                "partition %d of namespace %s is damaged and isolated (%s): restore an older checkpoint or savepoint, or erase the namespace and send its records again"
                        .formatted(partition, quoted(namespace), reason));
    }

    /** An ingest record for a partition that no command has made. */
    public static Violation unknownPartition(String namespace, int partition) {
        return new Violation(
                Reason.UNKNOWN_NAMESPACE,
                "partition %d of namespace %s does not exist, it was erased or its creation never finished: create the namespace and send the record again"
                        .formatted(partition, quoted(namespace)));
    }
}
