// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import java.util.Collection;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.state.rocksdb.ConfigurableRocksDBOptionsFactory;
import org.apache.flink.state.rocksdb.RocksDBConfigurableOptions;
import org.apache.flink.state.rocksdb.RocksDBOptions;
import org.apache.flink.state.rocksdb.RocksDBOptionsFactory;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;

/**
 * How the job sets RocksDB unless the cluster or the user does. A checkpoint holds the task until RocksDB has written what
 * lies in its write buffers, so these are small and written without compression, at the same time as those of the other
 * slots. See decisions 25 and 36.
 */
public final class RocksDbSettings implements ConfigurableRocksDBOptionsFactory {
    private static final long serialVersionUID = 1L;

    /** Files of one write buffer each, or less, before level 0 is merged down. */
    private static final int LEVEL0_FILES = 12;

    private boolean threadsGiven;

    static void apply(ReadableConfig given, Configuration defaults) {
        JobDefaults.put(given, defaults, RocksDBOptions.OPTIONS_FACTORY, RocksDbSettings.class.getName());
        // Four, as Flink has it, take the processor from the task when a checkpoint is uploaded.
        JobDefaults.put(given, defaults, RocksDBOptions.CHECKPOINT_TRANSFER_THREAD_NUM, 1);
        JobDefaults.put(given, defaults, RocksDBConfigurableOptions.WRITE_BUFFER_SIZE, MemorySize.ofMebiBytes(1));
        JobDefaults.put(given, defaults, RocksDBConfigurableOptions.MAX_WRITE_BUFFER_NUMBER, 12);
        // Compaction rewrites the first level whole; with Flink's 256 MB every fourth checkpoint holds the whole of a
        // state of that size.
        JobDefaults.put(given, defaults, RocksDBConfigurableOptions.USE_DYNAMIC_LEVEL_SIZE, true);
        JobDefaults.put(given, defaults, RocksDBConfigurableOptions.MAX_SIZE_LEVEL_BASE, MemorySize.ofMebiBytes(32));
        JobDefaults.put(given, defaults, RocksDBConfigurableOptions.TARGET_FILE_SIZE_BASE, MemorySize.ofMebiBytes(8));
        // A new namespace or item is looked for first, in vain: without a filter, in every level.
        JobDefaults.put(given, defaults, RocksDBConfigurableOptions.USE_BLOOM_FILTER, true);
        JobDefaults.put(
                given,
                defaults,
                RocksDBConfigurableOptions.COMPRESSION_PER_LEVEL,
                List.of(
                        CompressionType.NO_COMPRESSION,
                        CompressionType.NO_COMPRESSION,
                        CompressionType.LZ4_COMPRESSION));
    }

    @Override
    public RocksDBOptionsFactory configure(ReadableConfig given) {
        threadsGiven = given.getOptional(RocksDBConfigurableOptions.MAX_BACKGROUND_THREADS)
                        .isPresent()
                || given.getOptional(RocksDBOptions.PREDEFINED_OPTIONS).isPresent();
        return this;
    }

    /** Threads are shared by all slots of a process, which flush at the same barrier. */
    @Override
    @SuppressWarnings("deprecation") // flushing and compacting threads apart have no other names
    public DBOptions createDBOptions(DBOptions options, Collection<AutoCloseable> handles) {
        if (!threadsGiven) {
            int cores = Runtime.getRuntime().availableProcessors();
            options.setMaxBackgroundFlushes(Math.max(2, cores)).setMaxBackgroundCompactions(Math.max(1, cores / 2));
        }
        return options;
    }

    @Override
    public ColumnFamilyOptions createColumnOptions(ColumnFamilyOptions options, Collection<AutoCloseable> handles) {
        return options.setLevel0FileNumCompactionTrigger(LEVEL0_FILES)
                .setLevel0SlowdownWritesTrigger(4 * LEVEL0_FILES)
                .setLevel0StopWritesTrigger(6 * LEVEL0_FILES);
    }
}
