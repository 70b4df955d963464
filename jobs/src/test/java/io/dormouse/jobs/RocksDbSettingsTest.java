// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.state.rocksdb.RocksDBConfigurableOptions;
import org.apache.flink.state.rocksdb.RocksDBOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;

/** What the job sets of RocksDB, and that the user has the last word. */
class RocksDbSettingsTest {
    static {
        RocksDB.loadLibrary();
    }

    @Test
    void theJobSetsItUnlessTheUserDoes() {
        assertThat(used(new Configuration()).get(RocksDBOptions.OPTIONS_FACTORY))
                .isEqualTo(RocksDbSettings.class.getName());
        assertThat(used(new Configuration()).get(RocksDBOptions.CHECKPOINT_TRANSFER_THREAD_NUM))
                .isEqualTo(1);
        wins(RocksDBOptions.OPTIONS_FACTORY, "their.Factory");
        wins(RocksDBOptions.CHECKPOINT_TRANSFER_THREAD_NUM, 8);
        wins(RocksDBConfigurableOptions.WRITE_BUFFER_SIZE, MemorySize.ofMebiBytes(7));
        assertThat(used(new Configuration().set(RocksDBConfigurableOptions.MAX_WRITE_BUFFER_NUMBER, 9))
                        .get(RocksDBConfigurableOptions.MAX_SIZE_LEVEL_BASE))
                .isEqualTo(MemorySize.ofMebiBytes(32));
    }

    @Test
    @SuppressWarnings("deprecation") // as where it is set
    void slotsDoNotWaitForEachOthersFlushes() {
        try (DBOptions options = database(new Configuration())) {
            assertThat(options.maxBackgroundFlushes())
                    .isGreaterThanOrEqualTo(2)
                    .isGreaterThanOrEqualTo(Runtime.getRuntime().availableProcessors());
        }
    }

    @Test
    @SuppressWarnings("deprecation") // as where it is set
    void threadsAreThoseOfTheUserWhoGaveTheirNumber() {
        Configuration number = new Configuration().set(RocksDBConfigurableOptions.MAX_BACKGROUND_THREADS, 3);
        Configuration predefined = new Configuration().set(RocksDBOptions.PREDEFINED_OPTIONS, "FLASH_SSD_OPTIMIZED");
        for (Configuration given : List.of(number, predefined)) {
            try (DBOptions options = database(given)) {
                assertThat(options.maxBackgroundFlushes()).isEqualTo(-1);
            }
        }
    }

    /** With it a checkpoint lacks what lay in the write buffers: decision 36. */
    @Test
    void statesAreNotFlushedInOneStep() {
        try (DBOptions options = database(new Configuration())) {
            assertThat(options.atomicFlush()).isFalse();
        }
    }

    @Test
    void aDozenSmallFilesComeTogetherBeforeTheyAreMerged() {
        try (ColumnFamilyOptions options =
                new RocksDbSettings().createColumnOptions(new ColumnFamilyOptions(), List.of())) {
            assertThat(options.level0FileNumCompactionTrigger()).isEqualTo(12);
            assertThat(options.level0SlowdownWritesTrigger()).isEqualTo(48);
            assertThat(options.level0StopWritesTrigger()).isEqualTo(72);
        }
    }

    private static DBOptions database(ReadableConfig given) {
        return new RocksDbSettings().configure(given).createDBOptions(new DBOptions(), List.of());
    }

    private static <T> void wins(ConfigOption<T> option, T value) {
        assertThat(used(new Configuration().set(option, value)).get(option)).isEqualTo(value);
    }

    private static ReadableConfig used(Configuration given) {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(given);
        RetrievalJob.build(env, given);
        return env.getConfiguration();
    }
}
