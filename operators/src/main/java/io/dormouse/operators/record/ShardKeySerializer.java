// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

import io.dormouse.state.shard.ShardKey;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes {@link ShardKey}. */
public final class ShardKeySerializer extends RecordSerializer<ShardKey> {
    private static final long serialVersionUID = 1L;

    @Override
    void write(ShardKey value, DataOutputView to) throws IOException {
        to.writeUTF(value.namespace());
        to.writeInt(value.partition());
    }

    @Override
    ShardKey read(DataInputView from) throws IOException {
        return new ShardKey(from.readUTF(), from.readInt());
    }

    @Override
    public TypeSerializerSnapshot<ShardKey> snapshotConfiguration() {
        return new Form();
    }

    /** The form that checkpoints remember. */
    public static final class Form extends Snapshot<ShardKey> {
        public Form() {
            super(ShardKeySerializer::new);
        }
    }
}
