// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.sweep;

import io.dormouse.state.sweep.SweepRoots.Marks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Takes away segments that nothing needs: mark and sweep over object storage, beside a job that goes on writing to it and
 * that knows nothing of it.
 *
 * <p><b>Mark.</b> Roots are the retained checkpoints and registered savepoints; each says which segments it refers to. One
 * root that cannot be read ends the sweep before anything is touched, and so does having none, unless the user says that
 * this is right. Roots are looked for again when everything is listed, and again before anything is deleted for good.
 *
 * <p><b>Grace.</b> The running job may refer to what no root shows yet. It stores a segment first, or again if it exists,
 * and refers to it from the next checkpoint on. So a segment counts as old only when it was last written before the newest
 * root by the grace period: then every reference to it has had that long to get into a checkpoint. Should checkpoints
 * fail for days, the newest root ages and nothing becomes old.
 *
 * <p><b>Sweep</b>, in two steps with days between. First an old segment nothing refers to is copied to the trash and
 * deleted in its place. Whoever looks for a segment looks in its place and then in the trash, so it can be read at every
 * moment, whatever is interrupted in between. A later sweep deletes it for good when it has lain there for its own grace
 * period and nothing refers to it still, or copies it back when a root does.
 *
 * <p><b>What holds throughout</b>: of a segment that a root refers to nothing is ever deleted, neither in its place nor in
 * the trash; and of any other one copy is deleted only when another is safe, or when it has been in the trash alone for
 * the grace period. If the job stores a segment again just when it is moved, after the last look at its time, the copy in
 * the trash has the same bytes, since names are hashes of content, and the next sweep brings it back.
 */
public final class Sweep {
    private static final int FAILURES_MAX = 100;

    private final ColdObjects objects;
    private final SweepRoots roots;
    private final SweepSettings settings;
    private final LongSupplier clockMillis;
    private final int threads;
    private final SweepProgress progress;

    private final SweepPlan.Tally restored = new SweepPlan.Tally();
    private final SweepPlan.Tally moved = new SweepPlan.Tally();
    private final SweepPlan.Tally deleted = new SweepPlan.Tally();
    private final List<String> failures = new ArrayList<>();

    /** @param threads requests at a time */
    public Sweep(
            ColdObjects objects,
            SweepRoots roots,
            SweepSettings settings,
            LongSupplier clockMillis,
            int threads,
            SweepProgress progress) {
        this.objects = Objects.requireNonNull(objects, "objects");
        this.roots = Objects.requireNonNull(roots, "roots");
        this.settings = Objects.requireNonNull(settings, "settings");
        this.clockMillis = Objects.requireNonNull(clockMillis, "clockMillis");
        this.threads = threads;
        this.progress = Objects.requireNonNull(progress, "progress");
    }

    /**
     * Sweeps once.
     *
     * @throws SweepRefusedException when the roots do not allow it; nothing was touched
     * @throws IOException when object storage cannot be listed, with nothing touched, or a root found in the meantime
     *     cannot be read, with nothing deleted for good
     */
    public SweepReport run() throws IOException, SweepRefusedException {
        Marks first = mark();
        long reference = Math.min(clockMillis.getAsLong(), first.newestMillis());
        Inventory inventory = Inventory.of(objects, seen -> progress.at("objects listed", seen, 0));
        Marks marks = mark();
        SweepPlan plan = SweepPlan.of(
                inventory,
                marks.segments(),
                reference - settings.grace().toMillis(),
                reference - settings.trashGrace().toMillis());
        if (settings.apply()) {
            apply(plan);
        }
        return report(marks, inventory, plan);
    }

    private Marks mark() throws IOException, SweepRefusedException {
        Marks marks = roots.mark();
        if (marks.roots() == 0 && !settings.withoutRoots()) {
            throw new SweepRefusedException("there is no retained checkpoint and no registered savepoint, so everything"
                    + " would go: name where the job's checkpoints lie, or say that none will ever be restored");
        }
        if (marks.roots() > 0 && settings.withoutRoots()) {
            throw new SweepRefusedException(
                    "there are " + marks.roots() + " checkpoints or savepoints, though it was said"
                            + " that none will ever be restored: remove and unregister them first, or do not say so");
        }
        return marks;
    }

    private void apply(SweepPlan plan) throws IOException, SweepRefusedException {
        each("restored", plan.toRestore, this::restore);
        if (!plan.missing.isEmpty() && !settings.despiteMissing()) {
            return;
        }
        each("moved to the trash", plan.toMove, this::moveToTrash);
        Set<String> marked = mark().segments();
        List<ColdObject> due = plan.toDelete.stream()
                .filter(each -> !marked.contains(name(each)))
                .toList();
        each("deleted", due, this::delete);
    }

    private void each(String what, List<ColdObject> work, ParallelWork.Step step) {
        new ParallelWork(threads, FAILURES_MAX, failures).run(work, step, done -> progress.at(what, done, work.size()));
    }

    private void restore(ColdObject inTrash) throws IOException {
        String place = ColdLayout.segment(name(inTrash));
        objects.copy(inTrash.path(), place);
        requireCopy(place, inTrash.bytes());
        restored.add(inTrash.bytes());
    }

    private void moveToTrash(ColdObject listed) throws IOException {
        if (isChanged(listed)) {
            return;
        }
        String trash = ColdLayout.trash(name(listed));
        objects.copy(listed.path(), trash);
        requireCopy(trash, listed.bytes());
        if (isChanged(listed)) {
            return;
        }
        objects.delete(listed.path());
        moved.add(listed.bytes());
    }

    private void delete(ColdObject inTrash) throws IOException {
        boolean inPlace = objects.stat(ColdLayout.segment(name(inTrash))).isPresent();
        if (inPlace || isChanged(inTrash)) {
            return;
        }
        objects.delete(inTrash.path());
        deleted.add(inTrash.bytes());
    }

    /** Whether an object was written or taken away since it was listed. */
    private boolean isChanged(ColdObject listed) throws IOException {
        return !objects.stat(listed.path()).equals(Optional.of(listed));
    }

    private void requireCopy(String path, long bytes) throws IOException {
        Optional<ColdObject> copy = objects.stat(path);
        if (copy.isEmpty() || copy.get().bytes() != bytes) {
            throw new IOException("the copy at " + path + " has "
                    + copy.map(ColdObject::bytes).orElse(0L) + " bytes, expected " + bytes + ": nothing was deleted");
        }
    }

    private static String name(ColdObject segment) {
        return ColdLayout.at(segment.path()).orElseThrow().name();
    }

    private SweepReport report(Marks marks, Inventory inventory, SweepPlan plan) {
        SweepPlan.Tally toRestore = new SweepPlan.Tally();
        plan.toRestore.forEach(each -> toRestore.add(each.bytes()));
        return new SweepReport(
                settings.apply(),
                marks.roots(),
                plan.referenced.count(),
                plan.young.count(),
                plan.old.count(),
                plan.inTrash.count(),
                plan.expired.count(),
                toRestore.count(),
                restored.count(),
                moved.count(),
                deleted.count(),
                List.copyOf(plan.missing),
                failures,
                inventory.unknown(),
                inventory.unknownExamples());
    }
}
