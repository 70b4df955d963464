// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes {@link KafkaRecord}. */
public final class KafkaRecordSerializer extends RecordSerializer<KafkaRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    void write(KafkaRecord value, DataOutputView to) throws IOException {
        to.writeUTF(value.topic());
        to.writeInt(value.partition());
        to.writeLong(value.offset());
        to.writeLong(value.timestampMillis());
        Binary.write(value.key(), to);
        Binary.write(value.value(), to);
    }

    @Override
    KafkaRecord read(DataInputView from) throws IOException {
        return new KafkaRecord(
                from.readUTF(), from.readInt(), from.readLong(), from.readLong(), Binary.read(from), Binary.read(from));
    }

    @Override
    public TypeSerializerSnapshot<KafkaRecord> snapshotConfiguration() {
        return new Form();
    }

    /** The form that checkpoints remember. */
    public static final class Form extends Snapshot<KafkaRecord> {
        public Form() {
            super(KafkaRecordSerializer::new);
        }
    }
}
