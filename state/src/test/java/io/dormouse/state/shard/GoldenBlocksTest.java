// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import com.carrotsearch.hppc.LongObjectHashMap;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.cold.ColdPage;
import io.dormouse.state.cold.ColdRange;
import io.dormouse.state.cold.ColdTier;
import io.dormouse.state.cold.ColdWorld;
import io.dormouse.state.cold.SegmentNames;
import io.dormouse.state.cold.SegmentUses;
import io.dormouse.state.cold.SuspectRanges;
import io.dormouse.state.cold.WarmLimits;
import io.dormouse.state.cold.WarmUse;
import io.dormouse.state.cold.WarmUses;
import io.dormouse.state.index.DirectoryScratch;
import io.dormouse.state.index.FixedShareProbes;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.index.probe.ProbeSample;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.page.Profile;
import io.dormouse.state.store.AccessLevels;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.KeyGroups;
import io.dormouse.state.store.MapWarmStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Blocks as earlier versions wrote them must stay readable, and those still written must stay the same byte for byte. */
class GoldenBlocksTest {
    private static final int PAGES = 3;
    private static final float[] CENTROID = {1.5f, -2, 0.25f};
    private static final ItemVersion VERSION = new ItemVersion(77, 3, 123_456_789_012L);
    private static final Item ITEM = new Item(
            "paper-\u00fc\u65e5", VERSION, 1_700_000_000_123L, 86_400_000, 0.75f, true, new byte[] {1, 2, 3}, null);
    private static final NamespaceSettings SETTINGS =
            new NamespaceSettings(3, Metric.COSINE, Code.INT8, 4, 0.95f, 1_000, 2_000_000, 50);

    private static final IndexEntry INDEX_ENTRY = new IndexEntry(987_654_321_098L, VERSION, 4_321);

    private static final String SEGMENT = "0123456789abcdef".repeat(4);
    private static final ColdPage COLD_PAGE = new ColdPage(
            new ColdRange(SEGMENT, 1L << 33, 1_000, 2_000, 0xCAFE), new ColdRange(SEGMENT, 77, 88, 99, -5));

    private static final SegmentNames NAMES =
            new SegmentNames(3, 17, 128, true, List.of(SEGMENT, "fedcba9876543210".repeat(4)));

    enum Golden {
        LIVE(1),
        ITEM(1),
        INDEX(5),
        REMOVED(1),
        ROOT(2),
        CELL(2),
        CENTROIDS(2),
        UPKEEP(2),
        PROBES(1),
        COLD(3),
        SEGMENTS(3),
        TIERS(3),
        WARM(4),
        COLD_ITEM(3),
        SEGMENT_NAMES(4),
        HEAD_BUNDLE(5);

        private final int version;

        Golden(int version) {
            this.version = version;
        }

        String file() {
            return "block-" + name().toLowerCase(Locale.ROOT) + ".bin";
        }

        byte[] stored() throws IOException {
            return golden(version, file());
        }

        byte[] written() throws Exception {
            return switch (this) {
                case HEAD_BUNDLE -> headBundle();
                case LIVE -> live();
                case ITEM -> GoldenBlocksTest.ITEM.write();
                case INDEX -> INDEX_ENTRY.write();
                case REMOVED -> removed();
                case ROOT -> directoryStore().block(BlockKey.of(BlockKind.ROOT, 0));
                case CELL -> directoryStore().block(BlockKey.of(BlockKind.CELL, 0));
                case UPKEEP -> upkeep();
                case PROBES -> probes();
                case COLD -> COLD_PAGE.write();
                case SEGMENTS -> segments();
                case TIERS -> tiers();
                case WARM -> warm();
                case SEGMENT_NAMES -> NAMES.write();
                case COLD_ITEM ->
                    GoldenBlocksTest.ITEM.withPayload(Item.COLD_PAYLOAD).write();
                case CENTROIDS -> directoryStore().block(BlockKey.of(BlockKind.CENTROIDS, 0));
            };
        }
    }

    private static byte[] golden(int version, String file) throws IOException {
        try (InputStream in = GoldenBlocksTest.class.getResourceAsStream("/golden/v" + version + "/" + file)) {
            return in.readAllBytes();
        }
    }

    private static PageDirectory directory(MapWarmStore store) {
        HotPageCache cache = new HotPageCache(1 << 20, 1 << 20);
        return new PageDirectory(
                store,
                cache,
                new LongObjectHashMap<>(),
                () -> {},
                new DirectoryScratch(Kernels.scalar()),
                CENTROID.length);
    }

    private static MapWarmStore store() {
        MapWarmStore store = new MapWarmStore();
        store.select(TestShard.KEY);
        return store;
    }

    private static ShardHead head() {
        ShardHead head = new ShardHead(SETTINGS, 60);
        head.nextRow = 1L << 40;
        head.nextPage = 17;
        head.items = 999;
        head.strays = 5;
        head.applied.advance(0, 41);
        head.applied.advance(6, 1L << 33);
        head.valueBytes = 5L << 32;
        head.rate.take(1_700_000_000_123L, SETTINGS.recordsPerSecondMax(), SETTINGS.partitions());
        return head;
    }

    /** As a head from before bytes and records were counted is read: every item counts as its vector. */
    private static ShardHead uncounted() {
        ShardHead head = head();
        head.valueBytes = 999 * 12;
        head.rate = new RecordRate();
        return head;
    }

    /** A head with two blocks beside it, a third under its own key, and no others. */
    private static byte[] headBundle() throws IOException {
        MapWarmStore store = store();
        HeadBundle bundle = HeadBundle.fresh(store, head(), 300);
        bundle.putBlock(BlockKey.of(BlockKind.LIVE, 0), Golden.LIVE.stored());
        bundle.putBlock(BlockKey.of(BlockKind.ROOT, 0), Golden.ROOT.stored());
        bundle.putBlock(BlockKey.of(BlockKind.PROBES, 0), Golden.PROBES.stored());
        bundle.write();
        return store.block(BlockKey.of(BlockKind.HEAD, 0));
    }

    private static MapWarmStore directoryStore() {
        MapWarmStore store = store();
        PageDirectory directory = directory(store);
        for (int i = 0; i < PAGES; i++) {
            directory.add(CENTROID);
        }
        PageDescriptor descriptor = directory.at(0, PAGES - 1);
        descriptor.setRows(312);
        descriptor.setDeadRowsHint(9);
        descriptor.accessed(1_600_000_000_000L);
        descriptor.accessed(1_700_000_000_000L);
        directory.flush();
        return store;
    }

    /** Three samples of a shard of 200 pages: of one, ten and ten neighbours. */
    private static byte[] probes() {
        MapWarmStore store = store();
        ShardProbes probes = new ShardProbes(head(), store, new ProbePriors(), new FixedShareProbes());
        float[] distances = {0.25f, 0.5f, 0.75f, 1, 2, 4};
        probes.learn(new ProbeSample(1, 0.9f, 200, distances, 6, new int[] {1}, 1, 0, true));
        probes.learn(new ProbeSample(10, 0.95f, 200, distances, 6, new int[] {0, 0, 3, 9}, 5, 4, true));
        probes.learn(new ProbeSample(10, 0.95f, 200, distances, 6, new int[] {0, 5}, 2, 2, true));
        probes.flush();
        return store.block(ShardProbes.KEY);
    }

    private static byte[] live() {
        MapWarmStore store = store();
        LiveRows live = new LiveRows(store, 0);
        for (int row : new int[] {0, 63, 64, 200}) {
            live.setAlive(LiveRows.CHUNK_ROWS + row);
        }
        live.flush();
        return store.block(BlockKey.of(BlockKind.LIVE, 1));
    }

    /** Rows 11 and 12 leave a stored page. */
    private static byte[] removed() throws Exception {
        MapWarmStore store = store();
        HotPageCache cache = new HotPageCache(1 << 20, 1 << 20);
        PageDirectory directory = directory(store);
        ShardPages pages = pages(store, cache, directory);
        PageBuffer from = pages.createScan(directory.add(CENTROID), 1);
        PageBuffer to = pages.createScan(directory.add(CENTROID), 1);
        for (int row = 10; row < 14; row++) {
            from.page.append(row, CENTROID);
            pages.appended(from, 1);
        }
        cache.writeBackAll();
        pages.move(from, 2, to);
        pages.move(from, 1, to);
        cache.writeBackAll();
        return store.block(BlockKey.of(BlockKind.SCAN, 0, 1));
    }

    private static ShardPages pages(MapWarmStore store, HotPageCache cache, PageDirectory directory) {
        return new ShardPages(
                store,
                cache,
                SETTINGS,
                4096,
                60,
                new LongObjectHashMap<>(),
                () -> {},
                0,
                Profile.FULL,
                TestShard.noCold(store, cache),
                TestShard.noLosses(),
                directory,
                Kernels.scalar());
    }

    /** What tasks of a shard without pages need to be read and written. */
    private static PageMaintenance maintenance(MapWarmStore store) {
        SearchScratch scratch = new SearchScratch(Kernels.scalar(), new FixedShareProbes());
        return new PageMaintenance(
                directory(store), null, new LiveRows(store, 0), scratch, null, CENTROID.length, page -> {}, page -> {});
    }

    private static RawMover mover(MapWarmStore store) {
        ShardPages pages = pages(store, new HotPageCache(1 << 20, 1 << 20), directory(store));
        PageMaintenance in = new PageMaintenance(
                directory(store), pages, new LiveRows(store, 0), null, null, CENTROID.length, page -> {}, page -> {});
        return new RawMover(null, null, null, null, in);
    }

    /** A split that drains, a compaction, a reassignment and two pages that wait. */
    private static byte[] upkeep() {
        MapWarmStore store = store();
        PageMaintenance in = maintenance(store);
        ByteBuffer split = ByteBuffer.allocate(100);
        putPage(split, 7, CENTROID).put((byte) 1);
        putPage(split, 20, new float[] {1, 2, 3});
        putPage(split, 21, new float[] {4, 5, 6}).putFloat(-0.5f).putInt(200);
        UpkeepLedger ledger = new UpkeepLedger();
        ledger.active = PageSplit.read(in, split.flip());
        ledger.compaction = new RawCompaction(mover(store), 1L << 33);
        ByteBuffer rest = ByteBuffer.allocate(100);
        rest.putInt(18).putInt(19).putInt(2).putInt(18).putInt(5);
        for (float value : CENTROID) {
            rest.putFloat(value);
        }
        ledger.add(Reassignment.read(in, rest.flip()));
        ledger.waiting.addLast(3L << 32 | 11);
        ledger.waiting.addLast(12);
        ledger.rawFloor = 1L << 32;
        ledger.rawCursor = 1L << 34;
        ledger.sweepCell = 3;
        ledger.sweepPlace = 44;
        ledger.write(store, 77_777);
        return store.block(BlockKey.of(BlockKind.UPKEEP, 0));
    }

    private static ByteBuffer putPage(ByteBuffer to, int page, float[] centroid) {
        to.putInt(page);
        for (float value : centroid) {
            to.putFloat(value);
        }
        return to;
    }

    private static byte[] segments() {
        MapWarmStore store = store();
        SegmentUses uses = new SegmentUses(store, KeyGroups.ONE);
        uses.added(TestShard.KEY, COLD_PAGE, 4_000_000);
        uses.flush();
        store.select(KeyGroups.ONE.keyOf(0));
        return store.block(BlockKey.of(BlockKind.SEGMENTS, 0));
    }

    private static byte[] warm() {
        MapWarmStore store = store();
        WarmUses uses = new WarmUses(store, KeyGroups.ONE);
        WarmUse use = uses.of(TestShard.KEY);
        use.pages(123_456);
        use.itemAdded(300);
        use.itemAdded(100);
        use.itemsRemoved(1);
        uses.flush();
        store.select(KeyGroups.ONE.keyOf(0));
        return store.block(BlockKey.of(BlockKind.WARM, 0));
    }

    @Test
    void whatTheWarmTierHoldsIsReadAndDamageCountsAsNothing() throws IOException {
        MapWarmStore store = store();
        store.select(KeyGroups.ONE.keyOf(0));
        store.putBlock(BlockKey.of(BlockKind.WARM, 0), Golden.WARM.stored());
        assertThat(new WarmUses(store, KeyGroups.ONE).bytes()).isEqualTo(123_456 + 200);
        store.putBlock(BlockKey.of(BlockKind.WARM, 0), new byte[20]);
        assertThat(new WarmUses(store, KeyGroups.ONE).bytes()).isZero();
    }

    private static byte[] tiers() {
        MapWarmStore store = store();
        ColdPages pages = coldPages(store);
        for (int page : new int[] {0, 3, 64, 200}) {
            pages.wentCold(page, COLD_PAGE, 4_000_000);
        }
        pages.flush();
        return store.block(BlockKey.of(BlockKind.TIERS, 0));
    }

    private static ColdPages coldPages(MapWarmStore store) {
        ColdTier tier = new ColdTier(
                new ColdWorld(WarmLimits.DEFAULT).place(),
                new MapWarmStore(),
                new AccessLevels(),
                () -> 42L,
                change -> {},
                (segment, contents) -> {},
                new SuspectRanges.Listener() {
                    @Override
                    public boolean lost(Losses.Place place, String reason) {
                        return false;
                    }

                    @Override
                    public void found(Losses.Place place) {
                        // nothing was lost
                    }
                });
        HotPageCache cache = new HotPageCache(1 << 20, 1 << 20);
        return new ColdPages(
                TestShard.KEY, head(), store, cache, new LongObjectHashMap<>(), tier, TestShard.noLosses(), page -> {});
    }

    @Test
    void aReferenceToObjectStorageIsRead() throws IOException {
        assertThat(ColdPage.isReference(Golden.COLD.stored())).isTrue();
        assertThat(ColdPage.read(Golden.COLD.stored())).isEqualTo(COLD_PAGE);
    }

    @Test
    void segmentsInUseAreRead() throws IOException {
        MapWarmStore store = store();
        store.select(KeyGroups.ONE.keyOf(0));
        store.putBlock(BlockKey.of(BlockKind.SEGMENTS, 0), Golden.SEGMENTS.stored());
        SegmentUses uses = new SegmentUses(store, KeyGroups.ONE);
        assertThat(uses.names()).containsExactly(SEGMENT);
        assertThat(uses.bytes()).isEqualTo(4_000_000);
        assertThat(uses.bytesLive()).isEqualTo(COLD_PAGE.storedBytes());
        assertThat(uses.faults()).isEmpty();
        store.putBlock(BlockKey.of(BlockKind.SEGMENTS, 0), new byte[20]);
        assertThat(new SegmentUses(store, KeyGroups.ONE).faults()).hasSize(1);
    }

    @Test
    void namesOfSegmentsAreReadAndDamagedOnesRefused() throws IOException {
        assertThat(SegmentNames.read(Golden.SEGMENT_NAMES.stored())).isEqualTo(NAMES);
        byte[] damaged = Golden.SEGMENT_NAMES.stored();
        damaged[40] ^= 1;
        assertThatThrownBy(() -> SegmentNames.read(damaged)).isInstanceOf(CorruptBlockException.class);
        assertThatThrownBy(() -> SegmentNames.read(Frame.seal(BlockKind.SEGMENT_NAMES, Frame.body(20))))
                .isInstanceOf(CorruptBlockException.class);
        ByteBuffer impossible = Frame.body(16).putInt(5).putInt(4).putInt(128).putInt(1);
        assertThatThrownBy(() -> SegmentNames.read(Frame.seal(BlockKind.SEGMENT_NAMES, impossible)))
                .isInstanceOf(CorruptBlockException.class);
    }

    @Test
    void aDamagedRecordOfSegmentsIsKnownToBeIncompleteEverAfter() throws IOException {
        MapWarmStore store = store();
        store.select(KeyGroups.ONE.keyOf(0));
        store.putBlock(BlockKey.of(BlockKind.SEGMENTS, 0), new byte[20]);
        SegmentUses uses = new SegmentUses(store, KeyGroups.ONE);
        assertThat(uses.isComplete()).isFalse();
        uses.added(TestShard.KEY, COLD_PAGE, 4_000_000);
        uses.flush();
        SegmentUses later = new SegmentUses(store, KeyGroups.ONE);
        assertThat(later.isComplete()).isFalse();
        assertThat(later.names()).containsExactly(SEGMENT);
        assertThat(later.segments()).isEqualTo(1);
        assertThat(later.faults()).isEmpty();
        later.released(TestShard.KEY, COLD_PAGE);
        later.flush();
        assertThat(new SegmentUses(store, KeyGroups.ONE).isComplete()).isFalse();
    }

    @Test
    void tiersAreReadAndMadeAnewWhenDamaged() throws IOException {
        MapWarmStore store = store();
        store.putBlock(BlockKey.of(BlockKind.TIERS, 0), Golden.TIERS.stored());
        ColdPages pages = coldPages(store);
        assertThat(pages.count()).isEqualTo(4);
        assertThat(pages.isCold(64)).isTrue();
        assertThat(pages.nextWarm(3)).isEqualTo(4);
        store.putBlock(BlockKey.of(BlockKind.TIERS, 0), new byte[20]);
        store.putBlock(BlockKey.of(BlockKind.RAW, 7), COLD_PAGE.write());
        ShardHead small = new ShardHead(SETTINGS, 60);
        small.nextRow = 600;
        ColdPages recovered = new ColdPages(
                TestShard.KEY, small, store, null, new LongObjectHashMap<>(), null, TestShard.noLosses(), page -> {});
        assertThat(recovered.count()).isEqualTo(1);
        assertThat(recovered.isCold(7)).isTrue();
    }

    @Test
    void anItemWithAColdPayloadIsRead() throws IOException {
        Item item = Item.read(Golden.COLD_ITEM.stored());
        assertThat(item.payloadIsCold()).isTrue();
        assertThat(item.withPayload(ITEM.payload())).usingRecursiveComparison().isEqualTo(ITEM);
    }

    @Test
    void outstandingUpkeepOfVersion2IsRead() throws IOException {
        MapWarmStore store = store();
        store.putBlock(BlockKey.of(BlockKind.UPKEEP, 0), Golden.UPKEEP.stored());
        UpkeepLedger ledger = new UpkeepLedger();
        RawLog log = new RawLog(head(), null, null);
        assertThat(ledger.read(store, maintenance(store), mover(store), log)).isTrue();
        assertThat(log.storedPages()).isEqualTo(77_777);
        assertThat(ledger.active).isInstanceOf(PageSplit.class);
        assertThat(ledger.compaction).isNotNull();
        assertThat(ledger.reassignments).singleElement().matches(rest -> rest.done() == 2);
        assertThat(ledger.waiting).hasSize(2);
        assertThat(ledger.sweepPlace).isEqualTo(44);
        ledger.write(store, 77_777);
        assertThat(store.block(BlockKey.of(BlockKind.UPKEEP, 0))).isEqualTo(Golden.UPKEEP.stored());
    }

    @ParameterizedTest
    @EnumSource
    void everyBlockIsWrittenByteForByteAsBefore(Golden golden) throws Exception {
        assertThat(golden.written()).isEqualTo(golden.stored());
    }

    @Test
    void aHeadOfVersion1IsRead() throws IOException {
        MapWarmStore store = store();
        store.putBlock(BlockKey.of(BlockKind.HEAD, 0), golden(1, "block-head.bin"));
        assertHead(HeadBundle.read(store, 300).head(), uncounted());
    }

    @Test
    void aHeadOfVersion4WithItsBlocksIsRead() throws IOException {
        byte[] stored = golden(4, "block-head_bundle.bin");
        MapWarmStore store = store();
        store.putBlock(BlockKey.of(BlockKind.HEAD, 0), stored);
        HeadBundle bundle = HeadBundle.read(store, 300);
        assertHead(bundle.head(), uncounted());
        assertThat(bundle.block(BlockKey.of(BlockKind.ROOT, 0))).isEqualTo(Golden.ROOT.stored());
        List<byte[]> visited = new ArrayList<>();
        StoredBlocks.forEach(stored, visited::add);
        assertThat(visited).hasSize(3);
    }

    @Test
    void aHeadWithItsBlocksIsRead() throws IOException {
        MapWarmStore store = store();
        store.putBlock(BlockKey.of(BlockKind.HEAD, 0), Golden.HEAD_BUNDLE.stored());
        store.putBlock(BlockKey.of(BlockKind.PROBES, 0), Golden.PROBES.stored());
        HeadBundle bundle = HeadBundle.read(store, 300);
        assertHead(bundle.head(), head());
        long before = store.reads();
        assertThat(bundle.block(BlockKey.of(BlockKind.LIVE, 0))).isEqualTo(Golden.LIVE.stored());
        assertThat(bundle.block(BlockKey.of(BlockKind.ROOT, 0))).isEqualTo(Golden.ROOT.stored());
        assertThat(bundle.block(BlockKey.of(BlockKind.UPKEEP, 0))).isNull();
        assertThat(store.reads()).isEqualTo(before);
        assertThat(bundle.block(BlockKey.of(BlockKind.PROBES, 0))).isEqualTo(Golden.PROBES.stored());
    }

    private static void assertHead(ShardHead head, ShardHead expected) {
        assertThat(head).usingRecursiveComparison().isEqualTo(expected);
        assertThat(head.settings).isEqualTo(SETTINGS);
        assertThat(head.applied.reached(6, 1L << 33)).isTrue();
    }

    @Test
    void aDescriptorAndCentroidOfVersion1AreRead() throws IOException {
        MapWarmStore store = store();
        store.putBlock(BlockKey.of(BlockKind.DESCRIPTOR, PAGES - 1), golden(1, "block-descriptor.bin"));
        store.putBlock(BlockKey.of(BlockKind.CENTROID, PAGES - 1), golden(1, "block-centroid.bin"));
        PageDirectory directory = directory(store);
        assertThat(directory.load(PAGES)).isFalse();
        directory.flush();
        assertThat(store.block(BlockKey.of(BlockKind.DESCRIPTOR, PAGES - 1))).isNull();
        assertThat(store.block(BlockKey.of(BlockKind.CENTROID, PAGES - 1))).isNull();
        assertThat(directory(store).load(PAGES)).isTrue();
        assertThat(directory.size()).isEqualTo(1);
        PageDescriptor descriptor = directory.at(0, 0);
        assertThat(descriptor.page()).isEqualTo(PAGES - 1);
        assertThat(descriptor.rows()).isEqualTo(312);
        assertThat(descriptor.deadRowsHint()).isEqualTo(9);
        assertThat(descriptor.lastAccessMillis()).isEqualTo(1_700_000_000_000L);
        assertThat(descriptor.accesses()).isEqualTo(2);
        assertThat(descriptor.importance()).isZero();
        assertThat(descriptor.pinned()).isFalse();
        float[] centroid = new float[CENTROID.length];
        directory.centroid(descriptor, centroid);
        assertThat(centroid).isEqualTo(CENTROID);
    }

    @Test
    void aDirectoryOfVersion2IsRead() throws IOException {
        MapWarmStore store = store();
        store.putBlock(BlockKey.of(BlockKind.ROOT, 0), Golden.ROOT.stored());
        store.putBlock(BlockKey.of(BlockKind.CELL, 0), Golden.CELL.stored());
        store.putBlock(BlockKey.of(BlockKind.CENTROIDS, 0), Golden.CENTROIDS.stored());
        PageDirectory directory = directory(store);
        assertThat(directory.load(PAGES)).isTrue();
        assertThat(directory.size()).isEqualTo(PAGES);
        assertThat(directory.at(0, PAGES - 1).rows()).isEqualTo(312);
        float[] centroid = new float[CENTROID.length];
        directory.centroid(directory.at(0, 1), centroid);
        assertThat(centroid).isEqualTo(CENTROID);
    }

    @Test
    void liveRowsOfVersion1AreRead() throws IOException {
        MapWarmStore store = store();
        store.putBlock(BlockKey.of(BlockKind.LIVE, 1), Golden.LIVE.stored());
        LiveRows live = new LiveRows(store, 2 * LiveRows.CHUNK_ROWS);
        for (int row = 0; row < LiveRows.CHUNK_ROWS; row++) {
            boolean expected = row == 0 || row == 63 || row == 64 || row == 200;
            assertThat(live.accepts(LiveRows.CHUNK_ROWS + row)).isEqualTo(expected);
        }
    }

    @Test
    void anItemOfVersion1IsRead() throws IOException {
        assertThat(Item.read(Golden.ITEM.stored())).usingRecursiveComparison().isEqualTo(ITEM);
    }

    @Test
    void anIndexEntryOfVersion1IsRead() throws IOException {
        IndexEntry read = IndexEntry.read(golden(1, "block-index.bin"));
        assertThat(read).isEqualTo(new IndexEntry(987_654_321_098L, VERSION, IndexEntry.UNCOUNTED));
        assertThat(read.valueBytes(CENTROID.length)).isEqualTo(12);
        assertThat(IndexEntry.read(Golden.INDEX.stored())).isEqualTo(INDEX_ENTRY);
    }

    @Test
    void aCalibrationOfVersion1IsRead() throws IOException {
        MapWarmStore store = store();
        store.putBlock(ShardProbes.KEY, Golden.PROBES.stored());
        ShardProbes probes = new ShardProbes(head(), store, new ProbePriors(), new FixedShareProbes());
        assertThat(probes.live().mean()).isCloseTo(1.8 / 3, offset(0.01));
        assertThat(probes.learn(new ProbeSample(1, 0.9f, 200, new float[] {1}, 1, new int[] {0}, 1, 1, true)))
                .isTrue();
    }

    @Test
    void removedRowsOfVersion1AreRead() throws IOException {
        ByteBuffer body = Frame.open(BlockKind.REMOVED, Golden.REMOVED.stored());
        assertThat(body.getLong()).isEqualTo(12);
        assertThat(body.getLong()).isEqualTo(11);
        assertThat(body.hasRemaining()).isFalse();
    }

    @Test
    void anItemComesBackWhateverItLacks() {
        byte[] bytes = "some bytes".getBytes(StandardCharsets.UTF_8);
        for (byte[] payload : new byte[][] {null, {}, bytes}) {
            for (byte[] metadata : new byte[][] {null, {}, bytes}) {
                Item item = new Item("", VERSION, Long.MIN_VALUE, 0, Float.NaN, false, payload, metadata);
                assertThat(Item.read(item.write()))
                        .usingRecursiveComparison()
                        .withEqualsForType(Float::equals, Float.class)
                        .isEqualTo(item);
            }
        }
    }

    /** Writes the golden files of a version; run it by hand once for a new one: directory, version. */
    public static void main(String[] args) throws Exception {
        for (Golden golden : Golden.values()) {
            if (golden.version == Integer.parseInt(args[1])) {
                Files.write(Path.of(args[0], golden.file()), golden.written());
            }
        }
    }
}
