// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.namespace;

import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.NamespaceOp;
import io.dormouse.state.shard.NamespaceSettings;
import java.nio.ByteBuffer;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * The namespaces of several partitions, as broadcast state: every instance of an operator knows them. All others have one
 * partition, and nobody needs to know them.
 */
public final class Topology {
    /** Namespaces of several partitions that a job may have. */
    public static final int NAMESPACES_MAX = 10_000;

    /** The broadcast state: namespace to its stored settings. */
    public static final MapStateDescriptor<String, byte[]> DESCRIPTOR =
            new MapStateDescriptor<>("topology", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private Topology() {}

    /** Settings of a namespace of several partitions, or null. */
    public static NamespaceSettings settings(ReadOnlyBroadcastState<String, byte[]> state, String namespace)
            throws Exception {
        byte[] stored = state.get(namespace);
        return stored == null ? null : NamespaceSettings.read(ByteBuffer.wrap(stored));
    }

    /** Partitions of a namespace: 1 unless it was created with more. */
    public static int partitions(ReadOnlyBroadcastState<String, byte[]> state, String namespace) throws Exception {
        NamespaceSettings settings = settings(state, namespace);
        return settings == null ? 1 : settings.partitions();
    }

    /** Whether a command makes a namespace of several partitions, agreed by the first of them. */
    public static boolean spreads(NamespaceCommand command) {
        return command.getOp() == NamespaceOp.CREATE && command.getAccepted() && partitionsOf(command) > 1;
    }

    /** Partitions that a CREATE command asks for. */
    public static int partitionsOf(NamespaceCommand command) {
        return command.getPartitions() == null ? 1 : command.getPartitions();
    }

    /** Remembers a namespace of several partitions. */
    public static void put(BroadcastState<String, byte[]> state, String namespace, NamespaceSettings settings)
            throws Exception {
        ByteBuffer stored = ByteBuffer.allocate(NamespaceSettings.STORED_BYTES);
        settings.write(stored);
        state.put(namespace, stored.array());
    }
}
