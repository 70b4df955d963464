// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.gather;

import io.dormouse.operators.namespace.Events;
import io.dormouse.operators.record.Acknowledgement;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.schema.MalformedRecordException;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Publishes the event of a command once every shard concerned has applied it; keyed by the command. */
public final class GatherAcknowledgements extends KeyedProcessFunction<String, Acknowledgement, OutputRecord> {
    private static final long serialVersionUID = 1L;

    /** How long a command may take before its incomplete acknowledgements are forgotten. */
    private static final Duration RETENTION = Duration.ofDays(1);

    private final WireFormat eventFormat;
    private transient MapState<Integer, Long> itemsByPart;

    public GatherAcknowledgements(WireFormat eventFormat) {
        this.eventFormat = Objects.requireNonNull(eventFormat, "eventFormat");
    }

    @Override
    public void open(OpenContext context) {
        MapStateDescriptor<Integer, Long> descriptor = new MapStateDescriptor<>("itemsByPart", Types.INT, Types.LONG);
        descriptor.enableTimeToLive(StateTtlConfig.newBuilder(RETENTION).build());
        itemsByPart = getRuntimeContext().getMapState(descriptor);
    }

    @Override
    public void processElement(Acknowledgement part, Context context, Collector<OutputRecord> out) throws Exception {
        itemsByPart.put(part.part(), part.items());
        int parts = 0;
        long items = 0;
        for (long held : itemsByPart.values()) {
            parts++;
            items += held;
        }
        if (parts == part.parts()) {
            itemsByPart.clear();
            out.collect(Events.write(event(part, items), eventFormat));
        }
    }

    private static MemoryEvent event(Acknowledgement part, long items) {
        try {
            MemoryEvent event = WireCodec.EVENT.decode(part.event(), WireFormat.AVRO);
            event.setDetails(Map.of("partitions", Integer.toString(part.parts()), "items", Long.toString(items)));
            return event;
        } catch (MalformedRecordException e) {
            throw new IllegalStateException("an event that this job wrote cannot be read again", e);
        }
    }
}
