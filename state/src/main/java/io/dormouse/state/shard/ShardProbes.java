// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.index.ProbePlanner;
import io.dormouse.state.index.probe.CalibratedProbes;
import io.dormouse.state.index.probe.ProbeCalibration;
import io.dormouse.state.index.probe.ProbeSample;
import io.dormouse.state.index.probe.RecallEstimate;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.WarmStore;
import java.nio.ByteBuffer;

/**
 * What sampled queries have taught about probing one shard. From {@value #OWN_PAGES_MIN} pages on a shard keeps a
 * calibration of its own, stored as one block and restored with the shard; smaller ones share that of their shape. A
 * damaged block is dropped and learned anew.
 */
final class ShardProbes {
    static final int OWN_PAGES_MIN = 64;

    static final long KEY = BlockKey.of(BlockKind.PROBES, 0);

    /** How many samples a stored calibration counts as, at most, for other shards of its shape. */
    private static final double SEED_SAMPLES_MAX = 64;

    private final WarmStore store;
    private final ProbeCalibration prior;
    private final CalibratedProbes planner;
    private ProbeCalibration own;
    private boolean changed;

    /** Reads the calibration of the shard that the store has selected, if it has one. */
    ShardProbes(ShardHead head, WarmStore store, ProbePriors priors, ProbePlanner uncalibrated) {
        this.store = store;
        prior = priors.of(head.settings);
        planner = new CalibratedProbes(prior, uncalibrated);
        own = read(store.block(KEY));
        if (own != null) {
            planner.setOwn(own);
            if (prior.isEmpty()) {
                prior.seed(own, SEED_SAMPLES_MAX);
            }
        }
    }

    private static ProbeCalibration read(byte[] stored) {
        if (stored == null) {
            return null;
        }
        try {
            return ProbeCalibration.read(Frame.open(BlockKind.PROBES, stored));
        } catch (CorruptBlockException e) {
            return null;
        }
    }

    ProbePlanner planner() {
        return planner;
    }

    /** Whether samples decide how many pages a query of this k probes. */
    boolean calibrated(int k) {
        return planner.calibrated(k);
    }

    /** Learns from a sample; true when that is to be stored. */
    boolean learn(ProbeSample sample) {
        prior.add(own == null ? sample : sample.plannedElsewhere());
        if (own == null && sample.pages() >= OWN_PAGES_MIN) {
            own = new ProbeCalibration();
            planner.setOwn(own);
        }
        if (own != null) {
            own.add(sample);
            changed = true;
        }
        return changed;
    }

    /** Measured recall of this shard or, while it has no calibration of its own, of all of its shape. */
    RecallEstimate live() {
        return own == null ? prior.live() : own.live();
    }

    void flush() {
        if (changed) {
            ByteBuffer body = Frame.body(ProbeCalibration.STORED_BYTES_MAX);
            own.write(body);
            store.putBlock(KEY, Frame.seal(BlockKind.PROBES, body));
            changed = false;
        }
    }

    int heapBytes() {
        return own == null ? 0 : ProbeCalibration.HEAP_BYTES;
    }
}
