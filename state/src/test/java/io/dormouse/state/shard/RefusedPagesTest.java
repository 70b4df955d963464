// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.LittleEndian;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.Profile;
import io.dormouse.state.page.VectorPage;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Intact pages that this reader must not score: each is refused in words, faulted, and never part of an answer. */
class RefusedPagesTest {
    private static final int DIMENSION = 12;
    private static final int ITEMS = 120;

    enum Foreign {
        OTHER_VERSION("page version is 3; expected 1 or 2") {
            @Override
            boolean isIntact() {
                return true;
            }

            @Override
            byte[] of(byte[] page) {
                page[4] = 3;
                return sealed(page);
            }
        },
        LARGER_PROFILE("page needs profile 4") {
            @Override
            boolean isIntact() {
                return true;
            }

            @Override
            byte[] of(byte[] page) {
                page[36] = 4;
                return sealed(page);
            }
        },
        OTHER_CODE("stored page is SCAN FLOAT32 of 12 dimensions: expected SCAN INT8 of 12") {
            @Override
            byte[] of(byte[] page) throws Exception {
                return sameRows(page, PageKind.SCAN, Code.FLOAT32, DIMENSION);
            }
        },
        OTHER_DIMENSION("stored page is SCAN INT8 of 13 dimensions: expected SCAN INT8 of 12") {
            @Override
            byte[] of(byte[] page) throws Exception {
                return sameRows(page, PageKind.SCAN, Code.INT8, DIMENSION + 1);
            }
        },
        OTHER_KIND("stored page is RAW FLOAT32 of 12 dimensions: expected SCAN INT8 of 12") {
            @Override
            byte[] of(byte[] page) throws Exception {
                return sameRows(page, PageKind.RAW, Code.FLOAT32, DIMENSION);
            }
        };

        private final String words;

        Foreign(String words) {
            this.words = words;
        }

        abstract byte[] of(byte[] page) throws Exception;

        /** Whether it is what somebody wrote who can do more than we. */
        boolean isIntact() {
            return false;
        }
    }

    private static byte[] sealed(byte[] page) {
        CRC32C crc = new CRC32C();
        crc.update(page, 0, 32);
        crc.update(page, 36, page.length - 36);
        LittleEndian.putInt(page, 32, (int) crc.getValue());
        return page;
    }

    private static byte[] sameRows(byte[] page, PageKind kind, Code code, int dimension) throws Exception {
        VectorPage from = VectorPage.read(page);
        VectorPage to = VectorPage.allocate(kind, code, dimension, from.rowsMax());
        for (int i = 0; i < from.count(); i++) {
            to.append(from.row(i), new float[dimension]);
        }
        return to.write(from.address());
    }

    private static TestShard stored(Code code) {
        TestShard shard = TestShard.of(DIMENSION, Metric.L2, code);
        for (int i = 0; i < ITEMS; i++) {
            shard.upsert("i" + i, TestShard.vector(i, DIMENSION));
        }
        shard.runAllSteps();
        TestShard stored = shard.reopened();
        stored.store.select(TestShard.KEY);
        return stored;
    }

    private static Set<String> found(TestShard shard) {
        return new HashSet<>(shard.nearest(2 * ITEMS, new float[DIMENSION]));
    }

    @ParameterizedTest
    @EnumSource
    void aPageOfAnotherKindOfMemoryIsFaultedAndNeverScored(Foreign foreign) throws Exception {
        TestShard shard = stored(Code.INT8);
        int number = wholePage(shard);
        long key = BlockKey.of(BlockKind.SCAN, number);
        byte[] page = shard.store.blocks().get(key);
        Set<Long> lost = rows(page);
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < ITEMS; i++) {
            if (!lost.contains((long) i)) {
                expected.add("i" + i);
            }
        }
        shard.store.blocks().put(key, foreign.of(page.clone()));

        SearchAnswer answer = shard.search(2 * ITEMS, new float[DIMENSION]);

        assertThat(answer.damagedPages()).isOne();
        assertThat(answer.rowsScored()).isEqualTo(ITEMS - lost.size());
        assertThat(found(shard)).isEqualTo(expected);
        Set<String> faults = new HashSet<>();
        shard.awake().audit((item, vector) -> {}, faults::add);
        assertThat(faults)
                .anyMatch(fault -> fault.startsWith("scan page " + number + " of") && fault.contains(foreign.words));
        for (int i = 0; i < ITEMS; i++) {
            shard.upsert("n" + i, TestShard.vector(1_000 + i, DIMENSION));
            expected.add("n" + i);
            if (!foreign.isIntact()) {
                expected.add("i" + i); // made anew from the raw log
            }
        }
        shard.runAllSteps();
        assertThat(found(shard)).isEqualTo(expected);
        if (foreign.isIntact()) {
            TestShard able = shard.reopened();
            able.store.select(TestShard.KEY);
            able.store.blocks().put(key, page);
            able.runAllSteps();
            assertThat(able.nearest(4 * ITEMS, new float[DIMENSION]))
                    .as("whoever can read it finds its rows there, and nowhere else")
                    .hasSize(2 * ITEMS)
                    .doesNotHaveDuplicates();
        }
    }

    /** The first scan page that is stored without deltas. */
    private static int wholePage(TestShard shard) {
        int number = 0;
        while (!shard.store.blocks().containsKey(BlockKey.of(BlockKind.SCAN, number))
                || shard.store.blocks().containsKey(BlockKey.of(BlockKind.SCAN, number, 1))) {
            number++;
        }
        return number;
    }

    private static Set<Long> rows(byte[] page) throws Exception {
        VectorPage read = VectorPage.read(page.clone());
        Set<Long> rows = new HashSet<>();
        for (int i = 0; i < read.count(); i++) {
            rows.add(read.row(i));
        }
        return rows;
    }

    @Test
    void aShardOfALargerProfileIsAnsweredWithoutItsPages() {
        TestShard shard = stored(Code.FLOAT32);
        MemoryLimits core = new MemoryLimits(1 << 24, 1 << 20, 1024, 1024, Profile.CORE);
        TestShard reader = shard.restored(core);

        SearchAnswer answer = reader.search(ITEMS, new float[DIMENSION]);

        assertThat(answer.hits()).isEmpty();
        assertThat(answer.rowsScored()).isZero();
        assertThat(answer.damagedPages()).isEqualTo(reader.awake().pages()).isGreaterThan(3);
        assertThat(found(shard)).hasSize(ITEMS);
    }

    @Test
    void aCoreReaderReadsWhatAFullOneWroteInItsLimits() {
        MemoryLimits core = new MemoryLimits(1 << 24, 1 << 20, 1024, 1024, Profile.CORE);
        TestShard reader = stored(Code.INT8).restored(core);
        assertThat(found(reader)).hasSize(ITEMS);
        assertThat(reader.search(1, new float[DIMENSION]).damagedPages()).isZero();
    }

    @Test
    void settingsOfALargerProfileAreRefusedInWords() {
        MemoryLimits core = new MemoryLimits(1 << 24, 1 << 20, 32_768, 16_384, Profile.CORE);
        assertThat(core.refusal(settings(768, Code.INT8))).isNull();
        assertThat(core.refusal(settings(769, Code.INT8)))
                .isEqualTo("INT8 of 769 dimensions needs profile hot, and this job's is core (INT8, at most 768"
                        + " dimensions, pages of at most 65536 bytes): choose another code, or raise memory.profile");
        assertThat(core.refusal(settings(8, Code.FLOAT32))).contains("FLOAT32 of 8 dimensions needs profile full");
        MemoryLimits full = new MemoryLimits(1 << 24, 1 << 20, 32_768, 16_384);
        assertThat(full.refusal(settings(4_096, Code.FLOAT32))).isNull();
        assertThat(full.refusal(settings(9_000, Code.FLOAT32)))
                .isEqualTo("FLOAT32 of 9000 dimensions does not fit a scan page of 32768 bytes: choose a smaller code,"
                        + " or raise memory.scan-page-bytes");
    }

    @Test
    void aJobsPagesMustFitItsProfile() {
        assertThatThrownBy(() -> new MemoryLimits(1 << 24, 1 << 20, 32_768, 131_072, Profile.CORE))
                .hasMessageContaining("memory.raw-page-bytes is 131072")
                .hasMessageContaining("memory.profile core");
        assertThatCode(() -> new MemoryLimits(1 << 24, 1 << 20, 32_768, 131_072, Profile.FULL))
                .doesNotThrowAnyException();
    }

    private static NamespaceSettings settings(int dimension, Code code) {
        return NamespaceSettings.of(dimension, Metric.L2, code, 1, 0.9f);
    }
}
