// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import static io.dormouse.schema.Quoted.quoted;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says what is wrong with a record, before it reaches a memory. What only the memory can know (whether the dimension is
 * the namespace's, say) is worded by the factories of {@link Violation}. Each check stops at the first fault and costs
 * one pass over the vector. Immutable and thread-safe.
 */
public final class RecordValidator {
    private final Limits limits;
    private final FieldChecks checks;

    public RecordValidator(Limits limits) {
        this.limits = Objects.requireNonNull(limits, "limits");
        this.checks = new FieldChecks(limits);
    }

    /** The bounds that this validator holds records to. */
    public Limits limits() {
        return limits;
    }

    /** Whether a record of so many bytes may be decoded at all; null when it may. */
    public @Nullable Violation checkSize(int recordBytes) {
        return recordBytes <= limits.recordBytesMax()
                ? null
                : new Violation(
                        Reason.TOO_LARGE,
                        "the record has %d bytes; at most %d are allowed: send a smaller payload or raise the limit"
                                .formatted(recordBytes, limits.recordBytesMax()));
    }

    /** The first fault of an item to remember or forget, or null. */
    public @Nullable Violation check(IngestRecord record) {
        Violation violation = checks.namespace(record.getNamespace());
        if (violation == null) {
            violation = checks.id(record.getId());
        }
        if (violation != null || record.getOp() == IngestOp.DELETE) {
            return violation;
        }
        String what = "record " + quoted(record.getId());
        violation = checks.vector(what, record.getVector());
        if (violation == null) {
            violation = checks.payload(what, record.getPayload());
        }
        if (violation == null) {
            violation = checks.metadata(what, record.getMetadata());
        }
        if (violation == null) {
            violation = checks.importance(what, record.getImportance());
        }
        if (violation == null) {
            violation = checks.atLeast(what, "ttlMillis", record.getTtlMillis(), 1);
        }
        return violation;
    }

    /** The first fault of a question, or null. */
    public @Nullable Violation check(QueryRecord query) {
        Violation violation = checks.id(query.getId());
        if (violation == null) {
            violation = checks.namespace(query.getNamespace());
        }
        if (violation != null) {
            return violation;
        }
        String what = "query " + quoted(query.getId());
        violation = checks.vector(what, query.getVector());
        if (violation == null) {
            violation = checks.hits(what, query.getK());
        }
        if (violation == null) {
            violation = checks.recallTarget(what, query.getRecallTarget());
        }
        if (violation == null) {
            violation =
                    checks.between(what, "deadlineMillis", query.getDeadlineMillis(), 1, limits.deadlineMillisMax());
        }
        if (violation == null) {
            violation = checks.atLeast(what, "byteBudget", query.getByteBudget(), 1);
        }
        if (violation == null) {
            violation = checks.filter(what, query.getFilter());
        }
        if (violation == null) {
            violation = checks.after(what, query.getAfter());
        }
        return violation;
    }

    /** The first fault of a namespace command, or null. */
    public @Nullable Violation check(NamespaceCommand command) {
        Violation violation = checks.id(command.getId());
        if (violation == null) {
            violation = checks.namespace(command.getNamespace());
        }
        if (violation != null) {
            return violation;
        }
        String what = "command " + quoted(command.getId());
        if (command.getOp() == null) {
            return FieldChecks.missing(what, "op");
        }
        return switch (command.getOp()) {
            case CREATE -> created(what, command);
            case ALTER -> altered(what, command);
            case ERASE -> null;
        };
    }

    private @Nullable Violation created(String what, NamespaceCommand command) {
        if (command.getDimension() == null) {
            return FieldChecks.missing(what, "dimension");
        }
        Violation violation = checks.between(what, "dimension", command.getDimension(), 1, limits.dimensionMax());
        if (violation == null) {
            violation = checks.between(what, "partitions", command.getPartitions(), 1, limits.partitionsMax());
        }
        if (violation == null) {
            violation = FieldChecks.code(what, command.getCode(), command.getMetric());
        }
        return violation == null ? settings(what, command) : violation;
    }

    private @Nullable Violation altered(String what, NamespaceCommand command) {
        Violation violation = fixed(what, "dimension", command.getDimension());
        if (violation == null) {
            violation = fixed(what, "metric", command.getMetric());
        }
        if (violation == null) {
            violation = fixed(what, "code", command.getCode());
        }
        if (violation == null) {
            violation = fixed(what, "partitions", command.getPartitions());
        }
        boolean changesNothing = command.getRecallTarget() == null
                && command.getItemsMax() == null
                && command.getBytesMax() == null
                && command.getRecordsPerSecondMax() == null;
        if (violation == null && changesNothing) {
            return new Violation(
                    Reason.MISSING_FIELD,
                    "%s alters nothing: give recallTarget, itemsMax, bytesMax or recordsPerSecondMax".formatted(what));
        }
        return violation == null ? settings(what, command) : violation;
    }

    private @Nullable Violation settings(String what, NamespaceCommand command) {
        Violation violation = checks.recallTarget(what, command.getRecallTarget());
        if (violation == null) {
            violation = checks.atLeast(what, "itemsMax", command.getItemsMax(), 0);
        }
        if (violation == null) {
            violation = checks.atLeast(what, "bytesMax", command.getBytesMax(), 0);
        }
        if (violation == null) {
            violation = checks.atLeast(what, "recordsPerSecondMax", command.getRecordsPerSecondMax(), 0);
        }
        return violation;
    }

    private static @Nullable Violation fixed(String what, String field, @Nullable Object wanted) {
        return wanted == null
                ? null
                : new Violation(
                        Reason.CONFLICT,
                        "%s alters %s to %s, which is fixed at creation: create another namespace, or erase this one and create it anew"
                                .formatted(what, field, wanted));
    }
}
