// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

import java.util.Objects;
import org.apache.flink.streaming.api.operators.AbstractInput;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorV2;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.function.ThrowingConsumer;

/** An input of a multiple-input operator that hands each record to a method of it. */
@SuppressWarnings("unchecked") // AbstractInput.getRecordProcessor
public final class HandledInput<T, R> extends AbstractInput<T, R> {
    private final ThrowingConsumer<T, Exception> handler;

    /** @param number of the input, from 1 */
    public HandledInput(AbstractStreamOperatorV2<R> owner, int number, ThrowingConsumer<T, Exception> handler) {
        super(owner, number);
        this.handler = Objects.requireNonNull(handler, "handler");
    }

    @Override
    public void processElement(StreamRecord<T> element) throws Exception {
        handler.accept(element.getValue());
    }
}
