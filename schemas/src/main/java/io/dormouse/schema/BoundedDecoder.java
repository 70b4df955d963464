// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.io.Decoder;

/**
 * Reads an Avro body from a byte array that came from anyone. Avro's own decoder allocates what a length field
 * announces before it looks whether the bytes are there (its {@code org.apache.avro.limits} properties are global to the
 * JVM and 2 GB by default). Here every announced length and count is first compared with the bytes that are left, so
 * that memory is bounded by the size of the input; strings must be valid UTF-8 and booleans 0 or 1. Every refusal is an
 * {@link IOException} that names the place, counted in bytes from the beginning of the record.
 */
final class BoundedDecoder extends Decoder {
    private static final int VARINT_BITS_MAX = 63;

    private final byte[] bytes;
    private int position;

    BoundedDecoder(byte[] bytes, int position) {
        this.bytes = bytes;
        this.position = position;
    }

    int position() {
        return position;
    }

    int remaining() {
        return bytes.length - position;
    }

    @Override
    public void readNull() {}

    @Override
    public boolean readBoolean() throws IOException {
        byte value = bytes[take(1, "a boolean")];
        if (value != 0 && value != 1) {
            throw new IOException("byte %d: a boolean is 0 or 1, not %d".formatted(position - 1, value));
        }
        return value == 1;
    }

    @Override
    public int readInt() throws IOException {
        int start = position;
        long value = readLong();
        if (value != (int) value) {
            throw new IOException("byte %d: %d does not fit into an int".formatted(start, value));
        }
        return (int) value;
    }

    @Override
    public long readLong() throws IOException {
        int start = position;
        long zigzag = 0;
        for (int shift = 0; shift <= VARINT_BITS_MAX; shift += 7) {
            byte next = bytes[take(1, "a number")];
            zigzag |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        throw new IOException("byte %d: a number of more than 10 bytes".formatted(start));
    }

    @Override
    public float readFloat() throws IOException {
        return Float.intBitsToFloat((int) littleEndian(take(Float.BYTES, "a float"), Float.BYTES));
    }

    @Override
    public double readDouble() throws IOException {
        return Double.longBitsToDouble(littleEndian(take(Double.BYTES, "a double"), Double.BYTES));
    }

    @Override
    public org.apache.avro.util.Utf8 readString(org.apache.avro.util.Utf8 old) throws IOException {
        return new org.apache.avro.util.Utf8(readString());
    }

    @Override
    public String readString() throws IOException {
        int length = readLength("a string");
        int start = take(length, "a string");
        String text = Utf8.decode(bytes, start, length);
        if (text == null) {
            throw new IOException("byte %d: a string is not valid UTF-8".formatted(start));
        }
        return text;
    }

    @Override
    public void skipString() throws IOException {
        take(readLength("a string"), "a string");
    }

    @Override
    public ByteBuffer readBytes(ByteBuffer old) throws IOException {
        int length = readLength("a byte string");
        int start = take(length, "a byte string");
        return ByteBuffer.wrap(java.util.Arrays.copyOfRange(bytes, start, start + length));
    }

    @Override
    public void skipBytes() throws IOException {
        take(readLength("a byte string"), "a byte string");
    }

    @Override
    public void readFixed(byte[] target, int start, int length) throws IOException {
        System.arraycopy(bytes, take(length, "a fixed"), target, start, length);
    }

    @Override
    public void skipFixed(int length) throws IOException {
        take(length, "a fixed");
    }

    @Override
    public int readEnum() throws IOException {
        return readInt();
    }

    @Override
    public int readIndex() throws IOException {
        return readInt();
    }

    @Override
    public long readArrayStart() throws IOException {
        return readCount();
    }

    @Override
    public long arrayNext() throws IOException {
        return readCount();
    }

    @Override
    public long skipArray() throws IOException {
        return skipBlocks();
    }

    @Override
    public long readMapStart() throws IOException {
        return readCount();
    }

    @Override
    public long mapNext() throws IOException {
        return readCount();
    }

    @Override
    public long skipMap() throws IOException {
        return skipBlocks();
    }

    /** Items in the next block; every item of our schemas takes at least one byte. */
    private long readCount() throws IOException {
        int start = position;
        long count = readLong();
        if (count < 0) {
            readLong();
            count = -count;
        }
        if (count < 0 || count > remaining()) {
            throw announced(start, "a block of %d items".formatted(count));
        }
        return count;
    }

    /** Skips whole blocks while they tell their size; returns the items of the first one that does not, or 0. */
    private long skipBlocks() throws IOException {
        int start = position;
        long count = readLong();
        while (count < 0) {
            take(readLength("a block"), "a block");
            start = position;
            count = readLong();
        }
        if (count > remaining()) {
            throw announced(start, "a block of %d items".formatted(count));
        }
        return count;
    }

    private int readLength(String what) throws IOException {
        int start = position;
        long length = readLong();
        if (length < 0 || length > remaining()) {
            throw announced(start, "%s of %d bytes".formatted(what, length));
        }
        return (int) length;
    }

    /** Moves past the given number of bytes and returns where they begin. */
    private int take(int count, String what) throws IOException {
        if (count > remaining()) {
            throw new IOException("byte %d: the record ends within %s: it is truncated".formatted(position, what));
        }
        int start = position;
        position += count;
        return start;
    }

    private IOException announced(int start, String what) {
        return new IOException(
                "byte %d: %s is announced, but only %d bytes are left: the record is truncated or damaged"
                        .formatted(start, what, remaining()));
    }

    private long littleEndian(int start, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (bytes[start + i] & 0xffL) << (8 * i);
        }
        return value;
    }
}
