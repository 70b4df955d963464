// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs.audit;

import io.dormouse.operators.cold.ColdStores;
import io.dormouse.operators.cold.ColdTimeouts;
import io.dormouse.state.PagedMemory;
import io.dormouse.state.cold.ColdLimits;
import io.dormouse.state.cold.ColdStore;
import io.dormouse.state.cold.ColdTier;
import io.dormouse.state.cold.TierMoves;
import io.dormouse.state.cold.WarmLimits;
import io.dormouse.state.index.FixedShareProbes;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.shard.MemoryLimits;
import io.dormouse.state.shard.RecallSampling;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.shard.ShardMemory;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.KeyGroups;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.state.api.functions.KeyedStateReaderFunction;
import org.apache.flink.util.Collector;

/** Wakes every shard of a savepoint as the job would, audits it, and sums up its items. */
final class ShardDigester extends KeyedStateReaderFunction<ShardKey, ShardDigest> {
    private static final long serialVersionUID = 1L;
    private static final long HOT_BYTES_MAX = 64L << 20;
    private static final int EXAMPLES_MAX = 10;

    private final String coldPath;
    private final Configuration cluster;

    private transient SavepointStore store;
    private transient ColdStore cold;

    /**
     * @param coldPath where cold pages lie; empty = there are none
     * @param cluster the options by which that is reached
     */
    ShardDigester(String coldPath, Configuration cluster) {
        this.coldPath = coldPath;
        this.cluster = cluster;
    }

    @Override
    public void open(OpenContext context) throws Exception {
        store = new SavepointStore(getRuntimeContext());
        cold = coldPath.isEmpty() ? null : ColdStores.open(coldPath, cluster, ColdTimeouts.DEFAULT);
    }

    @Override
    public void close() {
        if (cold != null) {
            cold.close();
        }
    }

    @Override
    public void readKey(ShardKey key, Context context, Collector<ShardDigest> out) {
        if (key.namespace().equals(KeyGroups.NAMESPACE)) {
            return; // no shard: what concerns all shards of a key group
        }
        ItemSum sum = new ItemSum();
        Faults faults = new Faults();
        try {
            ShardMemory shard = wake(key);
            if (shard == null) {
                faults.add("shard " + key + " has state, but no head block: it cannot be woken");
            } else {
                shard.audit((item, vector) -> sum.add(key, item, vector), faults::add);
            }
        } catch (CorruptBlockException e) {
            faults.add("shard " + key + " cannot be woken: " + e.getMessage());
        }
        out.collect(new ShardDigest(
                key.namespace(),
                sum.items(),
                sum.sum().toString(16),
                faults.count,
                String.join("\n", faults.examples)));
    }

    private ShardMemory wake(ShardKey key) {
        return new PagedMemory(
                        MemoryLimits.ofHotBytes(HOT_BYTES_MAX),
                        store,
                        Kernels.best(),
                        new FixedShareProbes(),
                        RecallSampling.OFF,
                        coldPlace(),
                        System::currentTimeMillis)
                .wake(key);
    }

    /** Cold pages are waited for: an audit has nothing else to do. */
    private ColdTier.Place coldPlace() {
        return cold == null
                ? null
                : new ColdTier.Place(
                        cold,
                        Runnable::run,
                        Runnable::run,
                        KeyGroups.ONE,
                        ColdLimits.DEFAULT,
                        WarmLimits.DEFAULT,
                        TierMoves.NONE);
    }

    private static final class Faults {
        final List<String> examples = new ArrayList<>();
        long count;

        void add(String fault) {
            count++;
            if (examples.size() < EXAMPLES_MAX) {
                examples.add(fault);
            }
        }
    }
}
