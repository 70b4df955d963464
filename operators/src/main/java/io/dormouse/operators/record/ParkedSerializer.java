// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes {@link Parked}. */
public final class ParkedSerializer extends RecordSerializer<Parked> {
    private static final long serialVersionUID = 1L;

    private final ShardRecordSerializer records = new ShardRecordSerializer();

    @Override
    void write(Parked value, DataOutputView to) throws IOException {
        records.serialize(value.record(), to);
        to.writeLong(value.deadlineMillis());
    }

    @Override
    Parked read(DataInputView from) throws IOException {
        return new Parked(records.deserialize(from), from.readLong());
    }

    @Override
    public TypeSerializerSnapshot<Parked> snapshotConfiguration() {
        return new Form();
    }

    /** The form that checkpoints remember. */
    public static final class Form extends Snapshot<Parked> {
        public Form() {
            super(ParkedSerializer::new);
        }
    }
}
