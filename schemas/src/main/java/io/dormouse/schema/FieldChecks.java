// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import static io.dormouse.schema.Quoted.quoted;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The checks of single fields, each with its words; null means that the field is sound. */
final class FieldChecks {
    /** Largest component of a vector: the square of any vector that is allowed stays far from overflow. */
    private static final float COMPONENT_MAX = 1e15f;

    private static final int FLOAT_EXPONENT_BITS = 0x7f80_0000;

    private final Limits limits;

    FieldChecks(Limits limits) {
        this.limits = limits;
    }

    @Nullable
    Violation namespace(@Nullable String namespace) {
        return name("namespace", namespace, limits.namespaceBytesMax());
    }

    @Nullable
    Violation id(@Nullable String id) {
        return name("id", id, limits.idBytesMax());
    }

    private static @Nullable Violation name(String field, @Nullable String name, int bytesMax) {
        if (name == null) {
            return missing("the record", field);
        }
        if (name.isEmpty()) {
            return new Violation(Reason.BAD_NAME, "the %s is empty: give it at least one character".formatted(field));
        }
        int bytes = Utf8.length(name);
        if (bytes < 0) {
            return new Violation(
                    Reason.BAD_NAME,
                    "%s %s holds half of a surrogate pair: send whole characters".formatted(field, quoted(name)));
        }
        if (bytes > bytesMax) {
            return new Violation(
                    Reason.BAD_NAME,
                    "%s %s takes %d bytes of UTF-8; at most %d are allowed: choose a shorter one"
                            .formatted(field, quoted(name), bytes, bytesMax));
        }
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                return new Violation(
                        Reason.BAD_NAME,
                        "%s %s holds the control character U+%04X at index %d: remove it"
                                .formatted(field, quoted(name), (int) name.charAt(i), i));
            }
        }
        return null;
    }

    @Nullable
    Violation vector(String what, @Nullable ByteBuffer vector) {
        if (vector == null || !vector.hasRemaining()) {
            return missing(what, "vector");
        }
        int bytes = vector.remaining();
        if (bytes % Vectors.BYTES_PER_DIMENSION != 0) {
            return new Violation(
                    Reason.MALFORMED,
                    "%s has a vector of %d bytes; float32 takes 4 a dimension: send little-endian float32"
                            .formatted(what, bytes));
        }
        int dimension = bytes / Vectors.BYTES_PER_DIMENSION;
        if (dimension > limits.dimensionMax()) {
            return new Violation(
                    Reason.TOO_LARGE,
                    "%s has a vector of %d dimensions; at most %d are allowed: use a smaller embedding or raise the limit"
                            .formatted(what, dimension, limits.dimensionMax()));
        }
        return finite(what, vector.duplicate().order(ByteOrder.LITTLE_ENDIAN), dimension);
    }

    private static @Nullable Violation finite(String what, ByteBuffer vector, int dimension) {
        for (int i = 0; i < dimension; i++) {
            int bits = vector.getInt();
            if ((bits & FLOAT_EXPONENT_BITS) == FLOAT_EXPONENT_BITS) {
                return new Violation(
                        Reason.NOT_FINITE,
                        "%s has %s at index %d of its vector of %d dimensions: send finite float32 numbers"
                                .formatted(what, Float.intBitsToFloat(bits), i, dimension));
            }
            if (Math.abs(Float.intBitsToFloat(bits)) > COMPONENT_MAX) {
                return new Violation(
                        Reason.OUT_OF_RANGE,
                        "%s has %s at index %d of its vector; components beyond +-1e15 are refused, as distances would overflow: scale the vectors"
                                .formatted(what, Float.intBitsToFloat(bits), i));
            }
        }
        return null;
    }

    @Nullable
    Violation payload(String what, @Nullable ByteBuffer payload) {
        return payload == null || payload.remaining() <= limits.payloadBytesMax()
                ? null
                : new Violation(
                        Reason.TOO_LARGE,
                        "%s has a payload of %d bytes; at most %d are allowed: store it elsewhere and send its address"
                                .formatted(what, payload.remaining(), limits.payloadBytesMax()));
    }

    @Nullable
    Violation metadata(String what, @Nullable Map<String, Object> metadata) {
        if (metadata == null) {
            return missing(what, "metadata");
        }
        if (metadata.size() > limits.metadataEntriesMax()) {
            return new Violation(
                    Reason.TOO_LARGE,
                    "%s has %d metadata entries; at most %d are allowed: move the rest into the payload"
                            .formatted(what, metadata.size(), limits.metadataEntriesMax()));
        }
        long bytes = 0;
        for (Map.Entry<String, Object> entry : metadata.entrySet()) {
            Violation violation = entry(what, entry.getKey(), entry.getValue());
            if (violation != null) {
                return violation;
            }
            bytes += Utf8.length(entry.getKey()) + valueBytes(entry.getValue());
        }
        return bytes <= limits.metadataBytesMax()
                ? null
                : new Violation(
                        Reason.TOO_LARGE,
                        "%s has %d bytes of metadata; at most %d are allowed: move long values into the payload"
                                .formatted(what, bytes, limits.metadataBytesMax()));
    }

    private @Nullable Violation entry(String what, String key, @Nullable Object value) {
        Violation violation = name("metadata key", key, limits.metadataBytesMax());
        if (violation != null) {
            return violation;
        }
        if (value instanceof Double number && !Double.isFinite(number)) {
            return new Violation(
                    Reason.NOT_FINITE,
                    "%s has %s under metadata key %s: send a finite number or null"
                            .formatted(what, number, quoted(key)));
        }
        if (value instanceof String text && Utf8.length(text) < 0) {
            return new Violation(
                    Reason.MALFORMED,
                    "%s has half of a surrogate pair under metadata key %s: send whole characters"
                            .formatted(what, quoted(key)));
        }
        return null;
    }

    private static int valueBytes(@Nullable Object value) {
        if (value == null) {
            return 0;
        }
        if (value instanceof String text) {
            return Utf8.length(text);
        }
        return value instanceof Boolean ? 1 : Long.BYTES;
    }

    @Nullable
    Violation importance(String what, @Nullable Float importance) {
        return importance == null || importance >= 0 && importance <= 1
                ? null
                : range(what, "importance", importance, "a number from 0 to 1");
    }

    @Nullable
    Violation recallTarget(String what, @Nullable Float target) {
        return target == null || target > 0 && target <= 1
                ? null
                : range(what, "recallTarget", target, "above 0 and at most 1, like 0.95");
    }

    @Nullable
    Violation hits(String what, int k) {
        return k >= 1 && k <= limits.kMax()
                ? null
                : new Violation(
                        Reason.K_OUT_OF_RANGE,
                        "%s asks for k = %d hits: ask for 1 to %d".formatted(what, k, limits.kMax()));
    }

    @Nullable
    Violation between(String what, String field, @Nullable Integer value, int min, int max) {
        return value == null || value >= min && value <= max
                ? null
                : range(what, field, value, "from %d to %d".formatted(min, max));
    }

    @Nullable
    Violation atLeast(String what, String field, @Nullable Number value, long min) {
        return value == null || value.longValue() >= min
                ? null
                : range(what, field, value, "at least %d, or absent".formatted(min));
    }

    @Nullable
    Violation filter(String what, @Nullable String filter) {
        if (filter == null) {
            return null;
        }
        int bytes = Utf8.length(filter);
        if (bytes < 0) {
            return new Violation(
                    Reason.MALFORMED,
                    "%s has half of a surrogate pair in its filter: send whole characters".formatted(what));
        }
        return bytes <= limits.metadataBytesMax()
                ? null
                : new Violation(
                        Reason.TOO_LARGE,
                        "%s has a filter of %d bytes; at most %d are allowed: shorten it"
                                .formatted(what, bytes, limits.metadataBytesMax()));
    }

    @Nullable
    Violation after(String what, @Nullable List<AfterToken> after) {
        if (after == null) {
            return missing(what, "after");
        }
        if (after.size() > limits.afterTokensMax()) {
            return new Violation(
                    Reason.TOO_LARGE,
                    "%s has %d after tokens; at most %d are allowed: keep the largest offset of each partition"
                            .formatted(what, after.size(), limits.afterTokensMax()));
        }
        for (AfterToken token : after) {
            if (token.getPartition() < 0 || token.getOffset() < 0) {
                return range(
                        what,
                        "an after token with " + (token.getPartition() < 0 ? "partition" : "offset"),
                        Math.min(token.getPartition(), token.getOffset()),
                        "the place of an ingest record in Kafka, both at least 0");
            }
        }
        return null;
    }

    /** The names of a code and a metric, and whether they go together. */
    static @Nullable Violation code(String what, @Nullable CodeName code, @Nullable MetricName metric) {
        if (code == CodeName.UNKNOWN || metric == MetricName.UNKNOWN) {
            return new Violation(
                    Reason.UNSUPPORTED,
                    "%s names a %s that this job does not know: choose one of those in its schema, or update the job"
                            .formatted(what, code == CodeName.UNKNOWN ? "code" : "metric"));
        }
        boolean named = code != null && metric != null;
        return !named || (code == CodeName.BINARY) == (metric == MetricName.HAMMING)
                ? null
                : new Violation(
                        Reason.UNSUPPORTED,
                        "%s wants metric %s with code %s; HAMMING and BINARY need each other: leave one of them out"
                                .formatted(what, metric, code));
    }

    static Violation missing(String what, String field) {
        return new Violation(Reason.MISSING_FIELD, "%s has no %s, which it needs: add it".formatted(what, field));
    }

    private static Violation range(String what, String field, Number value, String expected) {
        return new Violation(
                Reason.OUT_OF_RANGE, "%s has %s %s: it must be %s".formatted(what, field, value, expected));
    }
}
