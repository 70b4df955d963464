// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.gather;

import io.dormouse.operators.namespace.Events;
import io.dormouse.operators.record.Acknowledgement;
import io.dormouse.operators.record.RecordTypes;
import io.dormouse.schema.MalformedRecordException;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** Publishes the event of a command once every shard concerned has applied it. */
public final class GatherAcknowledgements extends GatherOperator<Acknowledgement> {
    private static final long serialVersionUID = 1L;

    /** How long a command may take before its incomplete acknowledgements are forgotten. */
    static final Duration RETENTION = Duration.ofDays(1);

    private final WireFormat eventFormat;

    public GatherAcknowledgements(WireFormat eventFormat) {
        super(RecordTypes.ACKNOWLEDGEMENT);
        this.eventFormat = Objects.requireNonNull(eventFormat, "eventFormat");
    }

    @Override
    void whole(Gathered<Acknowledgement> all) {
        long items = all.parts().stream().mapToLong(Acknowledgement::items).sum();
        send(Events.write(event(all.any(), items), eventFormat));
    }

    @Override
    void givenUp(Gathered<Acknowledgement> some, String when) {
        LOG.warn(
                "Command {} was applied by {} of {} shards; the others had not said so {}: its event is not published.",
                some.any().askId(),
                some.parts().size(),
                some.any().parts(),
                when);
    }

    @Override
    long dueMillis(Acknowledgement first, long nowMillis) {
        return nowMillis + RETENTION.toMillis();
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
