// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.plan;

import io.dormouse.operators.record.KafkaRecord;
import java.io.Serializable;

/** Turns the records of one topic into records for shards. */
public abstract class Planner implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Prepares a copy that was just deserialized. */
    abstract void open();

    /** Reads one record: sends it on, answers it or refuses it; exactly one of these, and never an exception. */
    abstract void plan(KafkaRecord kafka, PlanContext context);

    /** Time passed; called every {@link PlanOperator#TICK_MILLIS}. */
    void tick(PlanContext context) {}

    /** A namespace was erased. */
    void forget(String namespace) {}
}
