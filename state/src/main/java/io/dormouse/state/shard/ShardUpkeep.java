// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.cold.ColdTier;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.step.StepQueue;
import io.dormouse.state.step.StepQueue.Urgency;
import io.dormouse.state.store.WarmStore;
import java.util.LinkedHashSet;
import java.util.function.LongFunction;

/**
 * The maintenance of one shard: notices what needs work, keeps it in the {@link UpkeepLedger}, and does it one step at a
 * time while the shard is awake. At most one step of a shard waits in the step queue.
 *
 * <p>Splits and merges go first, since an insert into a full page must wait for its split; then pages that wait to be
 * examined, then reassignments. Compaction of the raw log takes every other step while it is due; the repair of damaged scan
 * pages every other of those that splits and merges leave.
 */
final class ShardUpkeep {
    /** Rows whose bits one step looks at to find a raw page to compact. */
    private static final int ROWS_SEARCHED_PER_STEP = 8_192;

    /** After a search without a find, this share of the items must die before the next. */
    private static final double REST_SHARE = 0.02;

    private final ShardMemory shard;
    private final PageDirectory directory;
    private final RawLog log;
    private final StepQueue steps;
    private final UpkeepTotals.Share share;
    private final ColdWait cold;
    private final ScanRepairs repairs;

    private final UpkeepLedger ledger = new UpkeepLedger();
    /** Pages whose damaged centroid can be made anew when what it is made of has been fetched; met again after a restore. */
    private final LinkedHashSet<PageAt> recoveries = new LinkedHashSet<>();

    private PageMaintenance maintenance;
    private RawMover mover;
    private boolean repairsTurn;
    private boolean scheduled;
    private boolean compactionsTurn;
    private int deathsSinceSweep;
    private long searched;
    private long deathsToRest;
    private long stepsRun;
    private long rawPagesCompacted;

    /** @param totals gets this shard's share of what the gauges show */
    ShardUpkeep(
            ShardMemory shard,
            PageDirectory directory,
            RawLog log,
            StepQueue steps,
            UpkeepTotals totals,
            ColdTier tier) {
        this.shard = shard;
        this.directory = directory;
        this.log = log;
        this.steps = steps;
        this.share = totals.share();
        this.cold = new ColdWait(tier);
        this.repairs = new ScanRepairs(tier, shard::awake, this::schedule);
    }

    /**
     * Goes on with what was outstanding when the shard was stored.
     *
     * @param scanRepairs makes a repair, given a row below which none is alive
     */
    void resume(
            WarmStore store, PageMaintenance pageMaintenance, RawMover rawMover, LongFunction<ScanRepair> scanRepairs) {
        maintenance = pageMaintenance;
        mover = rawMover;
        repairs.resume(scanRepairs);
        deathsToRest = ledger.read(store, maintenance, mover, log) ? 0 : 1;
        schedule();
    }

    /** Stores what is outstanding. */
    void flush(WarmStore store) {
        if (ledger.changed || log.countChanged()) {
            ledger.write(store, log.countToStore());
        }
    }

    /** Has a page examined soon; one too many to wait is noticed again at its next insert or delete. */
    void want(PageDescriptor page) {
        if (!page.faulted() && ledger.add(page)) {
            schedule();
        }
    }

    /** A page whose centroid is damaged becomes usable again once the exact vectors of its rows have been fetched. */
    void recover(PageDescriptor page) {
        recoveries.add(new PageAt(page.page(), page.cellNumber()));
        schedule();
    }

    /** A scan page was found damaged, which may be news. */
    void repair(PageDescriptor page, boolean news) {
        repairs.found(page, news);
    }

    /** A page and the cell it was in: its descriptor may leave the heap meanwhile. */
    private record PageAt(int page, int cell) {}

    /** A row died that probably lies in this page, or in one unknown (null). */
    void afterDeath(PageDescriptor page) {
        if (page != null) {
            page.setDeadRowsHint(page.deadRowsHint() + 1);
            if (PageMaintenance.wantsCleaning(page)) {
                want(page);
            }
        }
        if (++deathsSinceSweep >= maintenance.deathsPerSweep()) {
            deathsSinceSweep = 0;
            sweepOne();
        }
        deathsToRest = Math.max(0, deathsToRest - 1);
        schedule();
    }

    /** Has the next page examined, one after the other over the whole directory: hints miss some dead rows. */
    void sweepOne() {
        if (directory.size() == 0) {
            return;
        }
        if (ledger.sweepCell >= directory.cells()) {
            ledger.sweepCell = 0;
        }
        if (ledger.sweepPlace < directory.pagesIn(ledger.sweepCell)) {
            want(directory.at(ledger.sweepCell, ledger.sweepPlace++));
        } else {
            ledger.sweepPlace = 0;
            ledger.sweepCell++;
        }
    }

    /** Splits a full page now, because a row does not fit any more; its neighbourhood is done in steps. */
    void makeRoom(PageDescriptor page) throws CorruptPageException {
        try {
            while (ledger.active != null && isFull(page)) {
                stepActive();
            }
            if (isFull(page)) {
                ledger.active = maintenance.examine(page);
                while (ledger.active instanceof PageSplit split && split.divides(page)) {
                    stepActive();
                }
            }
        } catch (ColdBlockException e) {
            await(e); // the row goes elsewhere, the split goes on when the ranges have come
        }
        shard.noteMaintained();
        ledger.changed = true;
        schedule();
    }

    private boolean isFull(PageDescriptor page) throws CorruptPageException {
        return !page.gone()
                && page.takesRows()
                && maintenance.pages.scan(page).page.isFull();
    }

    long reorganisations() {
        return maintenance.reorganisations();
    }

    /** Brings this shard's share of the totals up to date. */
    void report() {
        share.set(UpkeepFigure.SPLITS, maintenance.splits());
        share.set(UpkeepFigure.MERGES, maintenance.merges());
        share.set(UpkeepFigure.ROWS_REASSIGNED, maintenance.rowsReassigned());
        share.set(UpkeepFigure.RAW_PAGES_COMPACTED, rawPagesCompacted);
        share.set(UpkeepFigure.STEPS, stepsRun);
        share.set(UpkeepFigure.OUTSTANDING, ledger.outstanding() + repairs.outstanding());
        boolean known = log.isCounted();
        share.set(UpkeepFigure.RAW_PAGES, known ? log.storedPages() : 0);
        share.set(UpkeepFigure.RAW_ROWS, known ? log.storedPages() * mover.rowsPerPage() : 0);
        share.set(UpkeepFigure.LIVE_ROWS, known ? shard.items() : 0);
    }

    /** The shard leaves the heap: takes back what the totals hold of the present, not what it has done. */
    void retire() {
        cold.release();
        if (ledger.active != null) {
            ledger.active.letGo();
        }
        repairs.retire();
        share.set(UpkeepFigure.OUTSTANDING, 0);
        share.set(UpkeepFigure.RAW_PAGES, 0);
        share.set(UpkeepFigure.RAW_ROWS, 0);
        share.set(UpkeepFigure.LIVE_ROWS, 0);
    }

    private boolean hasWork() {
        return !ledger.isEmpty() || !recoveries.isEmpty() || repairs.canGoOn() || compactionIsDue();
    }

    private boolean compactionIsDue() {
        return ledger.compaction != null || (deathsToRest == 0 && (log.sparse() || !log.isCounted()));
    }

    private void schedule() {
        if (!scheduled && hasWork() && !cold.waiting()) {
            scheduled = true;
            if (ledger.active != null && ledger.active.holdsScratch()) {
                steps.addNext(Urgency.MAINTENANCE, this::run);
            } else {
                steps.add(Urgency.MAINTENANCE, this::run);
            }
        }
    }

    private void run() {
        scheduled = false;
        if (!shard.awake() || cold.waiting()) {
            return; // it is scheduled again when what it waits for has come
        }
        shard.select();
        shard.noteMaintained();
        ledger.changed = true;
        try {
            step();
            cold.satisfied();
            if (ledger.active == null && ledger.compaction == null) {
                cold.release();
            }
        } catch (ColdBlockException e) {
            await(e);
        }
        stepsRun++;
        report();
        schedule();
    }

    /** Has fetched what a step lacks. A task that cannot have it now must not keep others from what they could do. */
    private void await(ColdBlockException lacking) {
        if (!cold.await(lacking.ranges(), this::schedule) && ledger.active != null) {
            ledger.active.letGo();
        }
    }

    private void step() throws ColdBlockException {
        boolean held = ledger.active != null && ledger.active.holdsScratch();
        compactionsTurn = !held
                && compactionIsDue()
                && (ledger.hasOnlyCompaction() && recoveries.isEmpty() && !repairs.canGoOn() || !compactionsTurn);
        if (compactionsTurn) {
            compact();
        } else if (ledger.active != null) {
            stepActive();
        } else if (!recoveries.isEmpty()) {
            recoverNext();
        } else if (takesRepairsTurn()) {
            repairs.step(ledger.rawFloor * mover.rowsPerPage());
        } else if (!ledger.waiting.isEmpty()) {
            examine(ledger.nextWaiting(directory));
        } else if (!ledger.reassignments.isEmpty()
                && !ledger.reassignments.peek().step()) {
            ledger.reassignments.remove();
        }
    }

    /** What is recovered while its cell is loaded again need not be recovered here. */
    private void recoverNext() throws ColdBlockException {
        PageAt at = recoveries.iterator().next();
        PageDescriptor page = directory.find(at.page(), at.cell());
        if (page != null && page.faulted()) {
            maintenance.recoverFetched(page);
        }
        recoveries.remove(at);
    }

    /** A repair takes every other step that no split or merge takes. */
    private boolean takesRepairsTurn() {
        repairsTurn = repairs.canGoOn() && (ledger.hasOnlyCompaction() || !repairsTurn);
        return repairsTurn;
    }

    private void stepActive() throws ColdBlockException {
        UpkeepTask task = ledger.active;
        if (!task.step()) {
            ledger.active = null;
            Reassignment rest = task instanceof PageSplit split ? split.rest() : null;
            if (rest != null) {
                ledger.add(rest);
            }
        }
    }

    private void examine(PageDescriptor page) {
        if (page == null || page.faulted()) {
            return;
        }
        try {
            ledger.active = maintenance.examine(page);
        } catch (CorruptPageException e) {
            // the page, or the one beside it, is damaged and marked so
        }
    }

    private void compact() throws ColdBlockException {
        if (ledger.compaction != null) {
            if (!ledger.compaction.step()) {
                searched = ledger.compaction.movedAny() ? 0 : searched;
                rawPagesCompacted += ledger.compaction.emptied() ? 1 : 0;
                ledger.compaction = null;
            }
            return;
        }
        if (!log.isCounted()) {
            log.count(ROWS_SEARCHED_PER_STEP);
            return;
        }
        int pages = Math.max(1, ROWS_SEARCHED_PER_STEP / mover.rowsPerPage());
        for (int i = 0; i < pages && ledger.compaction == null && deathsToRest == 0; i++) {
            searchOne();
        }
    }

    /** Looks at one raw page; a lap in which no row could be moved ends the search until more rows have died. */
    private void searchOne() {
        if (searched++ > log.pagesEver() - ledger.rawFloor) {
            searched = 0;
            deathsToRest = (long) (REST_SHARE * shard.items()) + mover.rowsPerPage();
            return;
        }
        long page = ledger.rawCursor;
        if (page >= log.pagesEver()) {
            ledger.rawCursor = ledger.rawFloor;
            return;
        }
        ledger.rawCursor++;
        if (page == ledger.rawFloor && log.isDead(page)) {
            ledger.rawFloor++;
            searched--; // it is not looked at again
        } else if (log.isVictim(page)) {
            ledger.compaction = new RawCompaction(mover, page);
        }
    }
}
