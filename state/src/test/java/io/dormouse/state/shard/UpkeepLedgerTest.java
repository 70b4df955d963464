// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;

import com.carrotsearch.hppc.LongObjectHashMap;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.index.DirectoryScratch;
import io.dormouse.state.index.FixedShareProbes;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.MapWarmStore;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UpkeepLedgerTest {
    private static final int DIMENSION = 2;

    private final UpkeepLedger ledger = new UpkeepLedger();
    private final MapWarmStore store = new MapWarmStore();
    private PageDirectory directory;
    private PageMaintenance in;

    @BeforeEach
    void open() {
        store.select(TestShard.KEY);
        directory = new PageDirectory(
                store,
                new HotPageCache(1 << 24, 1 << 24),
                new LongObjectHashMap<>(),
                () -> {},
                new DirectoryScratch(Kernels.scalar()),
                DIMENSION);
        SearchScratch scratch = new SearchScratch(Kernels.scalar(), new FixedShareProbes());
        in = new PageMaintenance(
                directory, null, new LiveRows(store, 0), scratch, null, DIMENSION, page -> {}, page -> {});
    }

    private static RawLog log() {
        NamespaceSettings settings = NamespaceSettings.of(DIMENSION, Metric.L2, Code.INT8, 1, 0.9f);
        return new RawLog(new ShardHead(settings, 10), null, null);
    }

    private Reassignment reassignment(int pagesDone) {
        ByteBuffer stored = ByteBuffer.allocate(1_000).putInt(1).putInt(2).putInt(pagesDone);
        for (int page = 0; page < pagesDone; page++) {
            stored.putInt(page);
        }
        return Reassignment.read(in, stored.putFloat(0).putFloat(0).flip());
    }

    @Test
    void aPageWaitsOnce() {
        PageDescriptor page = directory.add(new float[] {1, 2});
        assertThat(ledger.add(page)).isTrue();
        assertThat(ledger.add(page)).isTrue();
        page.setMaintenanceQueued(false); // as when its cell left the heap and came back
        assertThat(ledger.add(page)).isTrue();
        assertThat(ledger.waiting).hasSize(1);
        assertThat(ledger.nextWaiting(directory)).isSameAs(page);
        assertThat(page.maintenanceQueued()).isFalse();
        assertThat(ledger.isEmpty()).isTrue();
    }

    @Test
    void aPageThatIsGoneIsNoLongerExamined() {
        PageDescriptor page = directory.add(new float[] {1, 2});
        directory.add(new float[] {3, 4});
        ledger.add(page);
        directory.remove(page);
        assertThat(ledger.nextWaiting(directory)).isNull();
    }

    /** Its cell is divided when more pages come; the page itself may be elsewhere then, and must be able to wait again. */
    @Test
    void aPageThatWentToAnotherCellCanBeQueuedAgain() {
        PageDescriptor[] pages = new PageDescriptor[200];
        for (int i = 0; i < pages.length; i++) {
            pages[i] = directory.add(new float[] {i * 37 % 200, 0});
            ledger.add(pages[i]);
        }
        assertThat(directory.cells()).isGreaterThan(1);
        while (!ledger.isEmpty()) {
            ledger.nextWaiting(directory);
        }
        for (PageDescriptor page : pages) {
            ledger.add(page);
        }
        assertThat(ledger.waiting).hasSize(pages.length);
        for (PageDescriptor page : pages) {
            assertThat(ledger.nextWaiting(directory)).isSameAs(page);
        }
    }

    @Test
    void ofALedgerThatEndsTooSoonNothingIsUsed() {
        ByteBuffer body =
                Frame.body(40).putLong(7).putLong(70).putLong(80).putInt(3).putInt(-5);
        store.putBlock(BlockKey.of(BlockKind.UPKEEP, 0), Frame.seal(BlockKind.UPKEEP, body));
        RawLog log = log();
        assertThat(ledger.read(store, in, null, log)).isFalse();
        assertThat(ledger.rawFloor).isZero();
        assertThat(ledger.rawCursor).isZero();
        assertThat(ledger.sweepPlace).isZero();
        assertThat(log.storedPages()).isZero();
    }

    @Test
    void onePageTooManyDoesNotWait() {
        for (int i = 0; i < UpkeepLedger.WAITING_MAX; i++) {
            assertThat(ledger.add(directory.add(new float[] {i, 0}))).isTrue();
        }
        PageDescriptor late = directory.add(new float[] {-1, 0});
        assertThat(ledger.add(late)).isFalse();
        assertThat(late.maintenanceQueued()).isFalse();
        ledger.nextWaiting(directory);
        assertThat(ledger.add(late)).isTrue();
    }

    @Test
    void ofTooManyReassignmentsTheOneThatHasComeFarthestIsGivenUp() {
        for (int i = 0; i < UpkeepLedger.REASSIGNMENTS_MAX; i++) {
            ledger.add(reassignment(i == 3 ? 50 : 2 * i));
        }
        ledger.add(reassignment(0));
        assertThat(ledger.reassignments)
                .extracting(Reassignment::done)
                .hasSize(UpkeepLedger.REASSIGNMENTS_MAX)
                .doesNotContain(50);
    }

    @Test
    void whatWaitsIsWrittenAndRead() {
        for (int i = 0; i < 10; i++) {
            ledger.add(directory.add(new float[] {i, 0}));
        }
        ledger.add(reassignment(5));
        ledger.write(store, 99);
        UpkeepLedger read = new UpkeepLedger();
        RawLog log = log();
        assertThat(read.read(store, in, null, log)).isTrue();
        assertThat(log.storedPages()).isEqualTo(99);
        assertThat(read.waiting.toArray()).isEqualTo(ledger.waiting.toArray());
        assertThat(read.reassignments).extracting(Reassignment::done).containsExactly(5);
    }

    @Test
    void aShardThatHadNoUpkeepHasNoLedger() {
        assertThat(new UpkeepLedger().read(store, in, null, log())).isFalse();
    }
}
