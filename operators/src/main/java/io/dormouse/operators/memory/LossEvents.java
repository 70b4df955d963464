// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.namespace.Events;
import io.dormouse.schema.EventType;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.shard.Losses;
import io.dormouse.state.shard.Losses.Found;
import io.dormouse.state.shard.Losses.Loss;
import io.dormouse.state.shard.Losses.Place;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes what damage has cost, and what was found after all: an event and a line in the log for each page, with the ids of the items concerned. */
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
            Map<String, String> details = details("lost", loss.place(), loss.items());
            details.put("ids", String.join("\n", loss.ids()));
            details.put("reason", loss.reason());
            publish(loss.place(), EventType.PAGE_FAULTED, message, nowMillis, details);
        }
        for (Found found : losses.takeFound()) {
            String message = String.format(
                    Locale.ROOT,
                    "%s are lost no longer: %d item(s) are whole, or were written again or deleted",
                    described(found.place()),
                    found.items());
            LOG.info(message);
            Map<String, String> details = details("found", found.place(), found.items());
            publish(found.place(), EventType.OTHER, message, nowMillis, details);
        }
    }

    private static Map<String, String> details(String fate, Place place, int items) {
        Map<String, String> details = new HashMap<>();
        details.put(fate, place.what().name());
        details.put("page", Long.toString(place.page()));
        details.put("items", Integer.toString(items));
        return details;
    }

    private void publish(Place place, EventType type, String message, long nowMillis, Map<String, String> details) {
        sink.event(Events.write(Events.about(place.shard(), type, message, nowMillis, details), eventFormat));
    }

    private static String message(Loss loss) {
        String cost = switch (loss.place().what()) {
            case VECTORS -> "are found by their codes, and have no exact vector";
            case PAYLOADS -> "have no payload";
            case CODES -> "are found by no query until the page can be read, or has been made anew from exact vectors";
        };
        return String.format(
                Locale.ROOT,
                "%s are lost: %d item(s) %s%s",
                described(loss.place()),
                loss.items(),
                cost,
                loss.place().what() == Losses.What.CODES ? "" : "; send them again");
    }

    private static String described(Place place) {
        return place.what().name().toLowerCase(Locale.ROOT) + " of page " + place.page() + " of " + place.shard();
    }
}
