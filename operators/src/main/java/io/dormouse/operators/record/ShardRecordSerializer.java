// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

import io.dormouse.state.shard.ShardKey;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes {@link ShardRecord}. */
public final class ShardRecordSerializer extends RecordSerializer<ShardRecord> {
    private static final long serialVersionUID = 1L;

    private static final ShardRecord.Kind[] KINDS = ShardRecord.Kind.values();

    @Override
    void write(ShardRecord value, DataOutputView to) throws IOException {
        to.writeByte(value.kind().ordinal());
        to.writeUTF(value.shard().namespace());
        to.writeInt(value.shard().partition());
        to.writeInt(value.parts());
        to.writeInt(value.partition());
        to.writeLong(value.offset());
        to.writeLong(value.timestampMillis());
        Binary.write(value.body(), to);
        Binary.write(value.original(), to);
        Binary.write(value.key(), to);
    }

    @Override
    ShardRecord read(DataInputView from) throws IOException {
        return new ShardRecord(
                KINDS[from.readByte()],
                new ShardKey(from.readUTF(), from.readInt()),
                from.readInt(),
                from.readInt(),
                from.readLong(),
                from.readLong(),
                Binary.read(from),
                Binary.read(from),
                Binary.read(from));
    }

    @Override
    public TypeSerializerSnapshot<ShardRecord> snapshotConfiguration() {
        return new Form();
    }

    /** The form that checkpoints remember. */
    public static final class Form extends Snapshot<ShardRecord> {
        public Form() {
            super(ShardRecordSerializer::new);
        }
    }
}
