// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * What is remembered of an item beside its vector.
 *
 * @param id unique within the namespace
 * @param version the write that made it
 * @param eventTimeMillis when it happened, milliseconds since the epoch
 * @param ttlMillis time to live; 0 = for ever
 * @param importance 0 to 1, or NaN when not given
 * @param pinned never to be forgotten
 * @param payload bytes to return with a hit, or null
 * @param metadata attributes in their wire form, opaque here, or null
 */
public record Item(
        String id,
        ItemVersion version,
        long eventTimeMillis,
        long ttlMillis,
        float importance,
        boolean pinned,
        byte[] payload,
        byte[] metadata) {

    /** Stands for a payload that lies in object storage beside the item's vector; compared by identity. */
    static final byte[] COLD_PAYLOAD = {};

    private static final int COLD_LENGTH = -2;

    public Item {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(version, "version");
    }

    /** Its importance, or this one when none was given. */
    float importanceOr(float ordinary) {
        return Float.isNaN(importance) ? ordinary : importance;
    }

    /** What it counts against {@link NamespaceSettings#bytesMax}: its exact vector, payload and metadata, in bytes. */
    public int valueBytes(int dimension) {
        return vectorBytes(dimension) + lengthOf(payload) + lengthOf(metadata);
    }

    static int vectorBytes(int dimension) {
        return Float.BYTES * dimension;
    }

    Item withVersion(ItemVersion other) {
        return other.equals(version)
                ? this
                : new Item(id, other, eventTimeMillis, ttlMillis, importance, pinned, payload, metadata);
    }

    /** Whether it has a payload that must be fetched first. */
    public boolean payloadIsCold() {
        return payload == COLD_PAYLOAD;
    }

    Item withPayload(byte[] other) {
        return new Item(id, version, eventTimeMillis, ttlMillis, importance, pinned, other, metadata);
    }

    byte[] write() {
        byte[] name = id.getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = Frame.body(
                ItemVersion.STORED_BYTES + 8 + 8 + 4 + 1 + 12 + name.length + lengthOf(payload) + lengthOf(metadata));
        version.write(body);
        body.putLong(eventTimeMillis).putLong(ttlMillis).putFloat(importance).put((byte) (pinned ? 1 : 0));
        writeBytes(body, name);
        writeBytes(body, payload);
        writeBytes(body, metadata);
        return Frame.seal(BlockKind.ITEM, body);
    }

    static Item read(byte[] stored) {
        ByteBuffer body = Frame.open(BlockKind.ITEM, stored);
        ItemVersion version = ItemVersion.read(body);
        long eventTimeMillis = body.getLong();
        long ttlMillis = body.getLong();
        float importance = body.getFloat();
        boolean pinned = body.get() != 0;
        String id = new String(readBytes(body), StandardCharsets.UTF_8);
        return new Item(id, version, eventTimeMillis, ttlMillis, importance, pinned, readBytes(body), readBytes(body));
    }

    /** Heap that the item occupies, roughly. */
    int heapBytes() {
        return 160 + 2 * id.length() + lengthOf(payload) + lengthOf(metadata);
    }

    private static int lengthOf(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static void writeBytes(ByteBuffer to, byte[] bytes) {
        to.putInt(bytes == null ? -1 : bytes == COLD_PAYLOAD ? COLD_LENGTH : bytes.length);
        if (bytes != null) {
            to.put(bytes);
        }
    }

    private static byte[] readBytes(ByteBuffer from) {
        int length = from.getInt();
        if (length < 0) {
            return length == COLD_LENGTH ? COLD_PAYLOAD : null;
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }
}
