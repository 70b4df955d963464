// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.index.ProbePlanner;
import io.dormouse.state.index.probe.ProbeSample;
import io.dormouse.state.kernel.TopK;

/** Where one shard's answers are sampled, and what a sample taught is learned. */
final class ShardRecall {
    final ShardMemory shard;
    final ShardHead head;
    final PageDirectory directory;
    final ShardPages pages;
    final LiveRows live;
    private final ShardProbes probes;
    private final RecallSampler sampler;

    ShardRecall(
            ShardMemory shard,
            ShardHead head,
            PageDirectory directory,
            ShardPages pages,
            LiveRows live,
            ShardProbes probes,
            RecallSampler sampler) {
        this.shard = shard;
        this.head = head;
        this.directory = directory;
        this.pages = pages;
        this.live = live;
        this.probes = probes;
        this.sampler = sampler;
    }

    ProbePlanner planner() {
        return probes.planner();
    }

    /** Whether samples decide how many pages a query of this k probes. */
    boolean calibrated(int k) {
        return probes.calibrated(k);
    }

    /**
     * A query has been answered. One that probed every page taught nothing about probing, so it is never run again.
     *
     * @param probes pages that it probed
     * @param best the rows found
     */
    void answered(SearchRequest request, float recallTarget, int probes, TopK best) {
        if (recallTarget >= 1) {
            return;
        }
        sampler.noteProbes(probes);
        if (probes < directory.size() && sampler.wantsOne()) {
            sampler.begin(new RecallRerun(this, sampler.scratch(), request, recallTarget, best));
        }
    }

    void learn(ProbeSample sample) {
        if (probes.learn(sample)) {
            shard.noteMaintained();
        }
        sampler.sampled((double) sample.found() / sample.neighbours());
    }
}
