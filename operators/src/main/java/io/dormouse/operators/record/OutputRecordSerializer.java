// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes {@link OutputRecord}. */
public final class OutputRecordSerializer extends RecordSerializer<OutputRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    void write(OutputRecord value, DataOutputView to) throws IOException {
        Binary.write(value.key(), to);
        Binary.write(value.value(), to);
    }

    @Override
    OutputRecord read(DataInputView from) throws IOException {
        return new OutputRecord(Binary.read(from), Binary.read(from));
    }

    @Override
    public TypeSerializerSnapshot<OutputRecord> snapshotConfiguration() {
        return new Form();
    }

    /** The form that checkpoints remember. */
    public static final class Form extends Snapshot<OutputRecord> {
        public Form() {
            super(OutputRecordSerializer::new);
        }
    }
}
