// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.namespace.Events;
import io.dormouse.schema.EventType;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.shard.Losses;
import io.dormouse.state.shard.Losses.Loss;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes what damage has cost: an event and a line in the log for each page, with the ids of the items concerned. */
final class LossEvents {
    private static final Logger LOG = LoggerFactory.getLogger(LossEvents.class);

    private final Losses losses;
    private final MemorySink sink;
    private final WireFormat eventFormat;

    LossEvents(Losses losses, MemorySink sink, WireFormat eventFormat) {
        this.losses = losses;
        this.sink = sink;
        this.eventFormat = eventFormat;
    }

    /** To be called about once a second. */
    void tick(long nowMillis) {
        for (Loss loss : losses.take()) {
            String message = message(loss);
            LOG.error("{}; items: {}", message, loss.ids());
            sink.event(Events.write(
                    Events.about(
                            loss.shard(),
                            EventType.PAGE_FAULTED,
                            message,
                            nowMillis,
                            Map.of(
                                    "lost", loss.what().name(),
                                    "page", Long.toString(loss.page()),
                                    "items", Integer.toString(loss.items()),
                                    "ids", String.join("\n", loss.ids()),
                                    "reason", loss.reason())),
                    eventFormat));
        }
    }

    private static String message(Loss loss) {
        String cost = switch (loss.what()) {
            case VECTORS -> "are found by their codes, and have no exact vector";
            case PAYLOADS -> "have no payload";
            case CODES -> "are found by no query until they are written again";
        };
        return String.format(
                Locale.ROOT,
                "%s of page %d of %s are lost: %d item(s) %s; send them again",
                loss.what().name().toLowerCase(Locale.ROOT),
                loss.page(),
                loss.shard(),
                loss.items(),
                cost);
    }
}
