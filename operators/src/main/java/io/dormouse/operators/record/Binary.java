// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Nullable byte arrays and long strings in Flink's data views. */
final class Binary {
    private static final byte[] EMPTY = {};

    private Binary() {}

    static void write(byte[] bytes, DataOutputView to) throws IOException {
        if (bytes == null) {
            to.writeInt(-1);
            return;
        }
        to.writeInt(bytes.length);
        to.write(bytes);
    }

    static byte[] read(DataInputView from) throws IOException {
        int length = from.readInt();
        if (length <= 0) {
            return length < 0 ? null : EMPTY;
        }
        byte[] bytes = new byte[length];
        from.readFully(bytes);
        return bytes;
    }
}
