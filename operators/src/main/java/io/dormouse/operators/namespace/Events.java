// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.namespace;

import io.dormouse.operators.record.OutputRecord;
import io.dormouse.schema.EventType;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.shard.ShardKey;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Builds and writes the events that answer namespace commands. */
public final class Events {
    private Events() {}

    /** An event about a command, for the whole namespace. */
    public static MemoryEvent about(
            NamespaceCommand command, EventType type, String message, long nowMillis, Map<String, String> details) {
        return new MemoryEvent(type, nowMillis, command.getNamespace(), null, command.getId(), message, details);
    }

    /** An event about a shard. */
    public static MemoryEvent about(
            ShardKey shard, EventType type, String message, long nowMillis, Map<String, String> details) {
        return new MemoryEvent(type, nowMillis, shard.namespace(), shard.partition(), null, message, details);
    }

    /** An event ready for its topic, keyed by namespace. */
    public static OutputRecord write(MemoryEvent event, WireFormat format) {
        return new OutputRecord(
                event.getNamespace().getBytes(StandardCharsets.UTF_8), WireCodec.EVENT.encode(event, format));
    }
}
