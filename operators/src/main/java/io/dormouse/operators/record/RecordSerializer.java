// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

import java.io.IOException;
import java.util.function.Supplier;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Base of the serializers of this package: immutable values, written by hand, a version byte in front so that records in
 * flight in an old checkpoint can be told apart.
 *
 * @param <T> an immutable type
 */
abstract class RecordSerializer<T> extends TypeSerializerSingleton<T> {
    private static final byte VERSION = 1;

    abstract void write(T value, DataOutputView to) throws IOException;

    abstract T read(DataInputView from) throws IOException;

    @Override
    public final void serialize(T value, DataOutputView to) throws IOException {
        to.writeByte(VERSION);
        write(value, to);
    }

    @Override
    public final T deserialize(DataInputView from) throws IOException {
        byte version = from.readByte();
        if (version != VERSION) {
            throw new IOException(getClass().getSimpleName() + " reads version " + VERSION + ", found " + version
                    + ": restore with the release that wrote this checkpoint");
        }
        return read(from);
    }

    @Override
    public final T deserialize(T reuse, DataInputView from) throws IOException {
        return deserialize(from);
    }

    @Override
    public final void copy(DataInputView from, DataOutputView to) throws IOException {
        serialize(deserialize(from), to);
    }

    @Override
    public final boolean isImmutableType() {
        return true;
    }

    @Override
    public final T createInstance() {
        return null;
    }

    @Override
    public final T copy(T from) {
        return from;
    }

    @Override
    public final T copy(T from, T reuse) {
        return from;
    }

    @Override
    public final int getLength() {
        return -1;
    }

    /** The snapshot of a serializer that has no parameters. */
    abstract static class Snapshot<T> extends SimpleTypeSerializerSnapshot<T> {
        Snapshot(Supplier<TypeSerializer<T>> serializer) {
            super(serializer);
        }
    }

    @Override
    public abstract TypeSerializerSnapshot<T> snapshotConfiguration();
}
