// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian numbers at any offset of a byte array: the byte order of every stored format. */
public final class LittleEndian {
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle FLOATS =
            MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    public static short getShort(byte[] bytes, int offset) {
        return (short) SHORTS.get(bytes, offset);
    }

    public static void putShort(byte[] bytes, int offset, short value) {
        SHORTS.set(bytes, offset, value);
    }

    public static int getInt(byte[] bytes, int offset) {
        return (int) INTS.get(bytes, offset);
    }

    public static void putInt(byte[] bytes, int offset, int value) {
        INTS.set(bytes, offset, value);
    }

    public static long getLong(byte[] bytes, int offset) {
        return (long) LONGS.get(bytes, offset);
    }

    public static void putLong(byte[] bytes, int offset, long value) {
        LONGS.set(bytes, offset, value);
    }

    public static float getFloat(byte[] bytes, int offset) {
        return (float) FLOATS.get(bytes, offset);
    }

    public static void putFloat(byte[] bytes, int offset, float value) {
        FLOATS.set(bytes, offset, value);
    }
}
