// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.Segment;
import io.dormouse.state.cold.TierMoves;
import io.dormouse.state.step.StepQueue;
import io.dormouse.state.step.StepQueue.Urgency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A segment is safe in object storage: its shards let go of its pages, one a step; then it is told whose went. */
final class SegmentArrival {
    private final Segment segment;
    private final List<Segment.Content> contents;
    private final Function<ShardKey, ShardMemory> shards;
    private final StepQueue steps;
    private final TierMoves moves;
    private final Map<ShardKey, Integer> went = new LinkedHashMap<>();
    private int next;

    /** @param shards gives a shard, awake and selected, or null when there is none */
    SegmentArrival(
            Segment segment,
            List<Segment.Content> contents,
            Function<ShardKey, ShardMemory> shards,
            StepQueue steps,
            TierMoves moves) {
        this.segment = segment;
        this.contents = contents;
        this.shards = shards;
        this.steps = steps;
        this.moves = moves;
    }

    void begin() {
        steps.add(Urgency.TIERING, this::step);
    }

    private void step() {
        if (next == contents.size()) {
            went.forEach((shard, pages) -> moves.wentCold(shard, pages, segment.name()));
            return;
        }
        Segment.Entry entry = segment.entries().get(next);
        ShardMemory shard = shards.apply(entry.shard());
        if (shard != null && shard.stored(entry, contents.get(next), segment.bytes().length)) {
            went.merge(entry.shard(), 1, Integer::sum);
        }
        next++;
        begin();
    }
}
