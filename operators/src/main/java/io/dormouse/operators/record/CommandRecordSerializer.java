// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes {@link CommandRecord}. */
public final class CommandRecordSerializer extends RecordSerializer<CommandRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    void write(CommandRecord value, DataOutputView to) throws IOException {
        to.writeInt(value.partition());
        to.writeLong(value.offset());
        to.writeLong(value.timestampMillis());
        Binary.write(value.body(), to);
    }

    @Override
    CommandRecord read(DataInputView from) throws IOException {
        return new CommandRecord(from.readInt(), from.readLong(), from.readLong(), Binary.read(from));
    }

    @Override
    public TypeSerializerSnapshot<CommandRecord> snapshotConfiguration() {
        return new Form();
    }

    /** The form that checkpoints remember. */
    public static final class Form extends Snapshot<CommandRecord> {
        public Form() {
            super(CommandRecordSerializer::new);
        }
    }
}
