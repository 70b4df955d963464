// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.page.CorruptPageException;
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
    private CodesRepair repair = (page, news) -> {};

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

    /** Makes codes anew. */
    @FunctionalInterface
    interface CodesRepair {
        /** @param news whether this page was not known to be damaged */
        void damaged(PageDescriptor page, boolean news);
    }

    /** Who makes codes anew. */
    void repairCodesBy(CodesRepair repairer) {
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

    /**
     * A scan page cannot be read: how many rows it had is known, and not which. It will be made anew, unless its bytes are intact
     * and only this reader cannot read them.
     */
    void tellOfCodes(PageDescriptor page, CorruptPageException fault) {
        boolean news = losses.add(new Loss(
                new Losses.Place(key, What.CODES, page.page()),
                Math.max(0, page.rows()),
                List.of(),
                fault.getMessage()));
        if (!fault.intact()) {
            repair.damaged(page, news);
        }
    }

    /** No row of a raw page is alive any more: the items that it had lost something of were written again, or deleted. */
    void rowsAreGone(long page) {
        losses.found(new Losses.Place(key, What.VECTORS, page));
        losses.found(new Losses.Place(key, What.PAYLOADS, page));
    }

    /** What a damaged scan page had is in others now. */
    void codesAreBack(int page) {
        losses.found(new Losses.Place(key, What.CODES, page));
    }
}
