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
import java.util.Comparator;
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
        MemoryEvent last = all.parts().stream()
                .map(GatherAcknowledgements::event)
                .max(Comparator.comparingLong(MemoryEvent::getTimeMillis))
                .orElseThrow();
        last.setDetails(Map.of("partitions", Integer.toString(all.parts().size()), "items", Long.toString(items)));
        send(Events.write(last, eventFormat));
    }

    @Override
    void overdue(Gathered<Acknowledgement> some) {
        givenUp(some, "within a day");
    }

    @Override
    void givenUp(Gathered<Acknowledgement> some, String why) {
        LOG.warn(
                "{} of {} shards have applied command {}, others had not {}: it has no event, unless one that it was refused.",
                some.parts().size(),
                some.any().parts(),
                some.any().askId(),
                why);
    }

    @Override
    long dueMillis(Acknowledgement any, long sinceMillis) {
        return sinceMillis + RETENTION.toMillis();
    }

    private static MemoryEvent event(Acknowledgement part) {
        try {
            return WireCodec.EVENT.decode(part.event(), WireFormat.AVRO);
        } catch (MalformedRecordException e) {
            throw new IllegalStateException("an event that this job wrote cannot be read again", e);
        }
    }
}
