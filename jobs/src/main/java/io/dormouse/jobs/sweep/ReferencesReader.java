// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs.sweep;

import io.dormouse.jobs.RetrievalJob;
import io.dormouse.jobs.audit.LocalResults;
import io.dormouse.jobs.audit.SavepointStore;
import io.dormouse.operators.memory.FlinkWarmStore;
import io.dormouse.operators.record.RecordTypes;
import io.dormouse.state.cold.ColdPage;
import io.dormouse.state.cold.SegmentUses;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.shard.StoredBlocks;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.KeyGroups;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.SavepointReader;
import org.apache.flink.state.api.functions.KeyedStateReaderFunction;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;

/**
 * The long way to the segments of a root: every reference in keyed state, and the records of what is in use. It restores
 * the whole state in this process, so it takes its time and disk; it is needed for roots of versions that wrote no names,
 * and when a record of segments was damaged.
 */
final class ReferencesReader extends KeyedStateReaderFunction<ShardKey, String> {
    private static final long serialVersionUID = 1L;

    private transient SavepointStore store;
    private transient MapState<Long, byte[]> blocks;

    private ReferencesReader() {}

    /** Names of the segments that the savepoint or checkpoint at a path refers to. */
    static Set<String> read(String path, Configuration cluster) throws Exception {
        Configuration config = new Configuration(cluster);
        config.set(PipelineOptions.GENERIC_TYPES, false);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, config);
        env.setRuntimeMode(RuntimeExecutionMode.BATCH);
        Set<String> names = new TreeSet<>();
        LocalResults.run(
                "references of " + path,
                SavepointReader.read(env, path, new EmbeddedRocksDBStateBackend(true))
                        .readKeyedState(
                                OperatorIdentifier.forUid(RetrievalJob.MEMORY_UID),
                                new ReferencesReader(),
                                RecordTypes.SHARD_KEY,
                                Types.STRING),
                names::add);
        return names;
    }

    @Override
    public void open(OpenContext context) {
        store = new SavepointStore(getRuntimeContext());
        blocks = getRuntimeContext().getMapState(FlinkWarmStore.blocks());
    }

    @Override
    public void readKey(ShardKey key, Context context, Collector<String> out) throws Exception {
        if (key.namespace().equals(KeyGroups.NAMESPACE)) {
            new SegmentUses(store, KeyGroups.ONE).names().forEach(out::collect);
            return;
        }
        Set<String> names = new TreeSet<>();
        for (Map.Entry<Long, byte[]> block : blocks.entries()) {
            StoredBlocks.forEach(block.getValue(), each -> addReference(each, names));
        }
        names.forEach(out::collect);
    }

    /** A damaged reference leads nowhere: nobody who restores this root can follow it. */
    private static void addReference(byte[] block, Set<String> names) {
        if (ColdPage.isReference(block)) {
            try {
                names.add(ColdPage.read(block).segment());
            } catch (CorruptBlockException e) {
                // its segment may still stand in the records of what is in use
            }
        }
    }
}
