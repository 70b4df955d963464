// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes {@link Acknowledgement}. */
public final class AcknowledgementSerializer extends RecordSerializer<Acknowledgement> {
    private static final long serialVersionUID = 1L;

    @Override
    void write(Acknowledgement value, DataOutputView to) throws IOException {
        to.writeUTF(value.askId());
        to.writeInt(value.parts());
        to.writeInt(value.part());
        to.writeLong(value.items());
        Binary.write(value.event(), to);
    }

    @Override
    Acknowledgement read(DataInputView from) throws IOException {
        return new Acknowledgement(from.readUTF(), from.readInt(), from.readInt(), from.readLong(), Binary.read(from));
    }

    @Override
    public TypeSerializerSnapshot<Acknowledgement> snapshotConfiguration() {
        return new Form();
    }

    /** The form that checkpoints remember. */
    public static final class Form extends Snapshot<Acknowledgement> {
        public Form() {
            super(AcknowledgementSerializer::new);
        }
    }
}
