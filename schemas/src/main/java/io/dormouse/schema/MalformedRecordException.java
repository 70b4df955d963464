// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import java.util.Objects;

/** Bytes that are not a record of the expected type; the message says what is wrong and what to do about it. */
public final class MalformedRecordException extends Exception {
    private final transient Violation violation;

    MalformedRecordException(Reason reason, String message) {
        // No stack trace: whoever sends rubbish must not make the job walk its stack for every record.
        super(Objects.requireNonNull(message, "message"), null, false, false);
        this.violation = new Violation(reason, message);
    }

    /** The same refusal as a value, for a dead letter. */
    public Violation violation() {
        return violation;
    }
}
