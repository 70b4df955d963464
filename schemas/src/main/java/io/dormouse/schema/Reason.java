// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

/**
 * Why a record was refused. The names are stable codes: they stand in dead letters and metrics, so a name is never
 * changed or given another meaning; new ones may be added.
 */
public enum Reason {
    /** The bytes are not a record of the expected type: bad syntax, truncated, unknown field, wrong type. */
    MALFORMED,
    /** The record's value is null or has no bytes. */
    EMPTY_RECORD,
    /** A field that the operation needs is absent. */
    MISSING_FIELD,
    /** A namespace or id is empty, too long, or holds control characters or broken UTF-16. */
    BAD_NAME,
    /** The vector's dimension is not the namespace's. */
    WRONG_DIMENSION,
    /** A number is NaN or infinite. */
    NOT_FINITE,
    /** A zero vector in a namespace that compares by cosine, where it has no direction. */
    ZERO_VECTOR,
    /** A query asks for less than one hit or for more than the limit. */
    K_OUT_OF_RANGE,
    /** A number lies outside the range that its field allows. */
    OUT_OF_RANGE,
    /** The record, its vector, payload, metadata or after tokens exceed a limit. */
    TOO_LARGE,
    /** The query names a namespace that does not exist. */
    UNKNOWN_NAMESPACE,
    /** What is stored of the record's partition is damaged. */
    DAMAGED,
    /** The namespace is full. */
    LIMIT_REACHED,
    /** The namespace was sent more records in a second than it may be. */
    RATE_LIMITED,
    /** The command contradicts what exists or wants to alter what is fixed at creation. */
    CONFLICT,
    /** Settings that do not go together, or that need more than this job has: another code, a larger profile. */
    UNSUPPORTED,
    /** A component that is neither 0 nor 1, in a namespace of binary vectors. */
    NOT_BINARY
}
