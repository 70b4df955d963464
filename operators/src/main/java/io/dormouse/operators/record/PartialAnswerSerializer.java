// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes {@link PartialAnswer}. */
public final class PartialAnswerSerializer extends RecordSerializer<PartialAnswer> {
    private static final long serialVersionUID = 1L;

    @Override
    void write(PartialAnswer value, DataOutputView to) throws IOException {
        to.writeUTF(value.askId());
        to.writeInt(value.parts());
        to.writeInt(value.part());
        to.writeLong(value.deadlineMillis());
        to.writeInt(value.k());
        Binary.write(value.result(), to);
    }

    @Override
    PartialAnswer read(DataInputView from) throws IOException {
        return new PartialAnswer(
                from.readUTF(), from.readInt(), from.readInt(), from.readLong(), from.readInt(), Binary.read(from));
    }

    @Override
    public TypeSerializerSnapshot<PartialAnswer> snapshotConfiguration() {
        return new Form();
    }

    /** The form that checkpoints remember. */
    public static final class Form extends Snapshot<PartialAnswer> {
        public Form() {
            super(PartialAnswerSerializer::new);
        }
    }
}
