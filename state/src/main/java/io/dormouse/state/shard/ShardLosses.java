// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.shard.Losses.Loss;
import io.dormouse.state.shard.Losses.What;
import java.util.ArrayList;
import java.util.List;

/** Tells {@link Losses} what one shard has lost, with the ids of the items concerned. */
class ShardLosses {
    private final Losses losses;
    private final ShardMemory shard;
    private final ShardKey key;
    private final ShardHead head;
    private final LiveRows live;
    private ShardItems items;
    private Runnable repair = () -> {};

    ShardLosses(Losses losses, ShardMemory shard, ShardKey key, ShardHead head, LiveRows live) {
        this.losses = losses;
        this.shard = shard;
        this.key = key;
        this.head = head;
        this.live = live;
    }

    /** Where items are looked up. */
    void readFrom(ShardItems shardItems) {
        items = shardItems;
    }

    /** Who makes codes anew. */
    void repairCodesBy(Runnable repairer) {
        repair = repairer;
    }

    boolean isNews(Losses.Place place) {
        return losses.isNews(place);
    }

    /** Half of a raw page is lost. */
    void tell(What what, long page, String reason) {
        tell(new Losses.Place(key, what, page), reason);
    }

    /** As {@link #tell(What, long, String)}; false when it was known, concerns no item, or too much waits to be told. */
    boolean tell(Losses.Place place, String reason) {
        if (!isNews(place)) {
            return false;
        }
        shard.select();
        List<String> ids = new ArrayList<>();
        int count = 0;
        for (long row : live.rowsOf(place.page(), head.rawRowsPerPage)) {
            Item item = items.stored(row);
            if (item == null || place.what() == What.PAYLOADS && !item.payloadIsCold()) {
                continue;
            }
            count++;
            if (ids.size() < Losses.IDS_MAX) {
                ids.add(item.id());
            }
        }
        return count > 0 && losses.add(new Loss(place, count, ids, reason));
    }

    /** A scan page is damaged: how many rows it had is known, and not which. It will be made anew if it can be. */
    void tellOfCodes(PageDescriptor page, String reason) {
        losses.add(
                new Loss(new Losses.Place(key, What.CODES, page.page()), Math.max(0, page.rows()), List.of(), reason));
        repair.run();
    }

    /** What a damaged scan page had is in others now. */
    void codesAreBack(PageDescriptor page) {
        losses.found(new Losses.Place(key, What.CODES, page.page()));
    }
}
