// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SweepTest {
    private static final long HOUR = 3_600_000;
    private static final String NEEDED = SweptJob.name(1);
    private static final String UNUSED = SweptJob.name(2);

    private final Set<String> marked = new TreeSet<>(Set.of(NEEDED));
    private long now = 1_000_000 * HOUR;
    private long newestRoot = now;
    private int roots = 1;
    private int looks;
    private final MapColdObjects objects = new MapColdObjects(() -> now);

    private SweepReport sweep(boolean apply) throws Exception {
        return sweep(new SweepSettings(Duration.ofHours(3), Duration.ofHours(2), apply, false, false));
    }

    private SweepReport sweep(SweepSettings settings) throws Exception {
        SweepRoots all = () -> {
            looks++;
            return new SweepRoots.Marks(roots, newestRoot, marked);
        };
        return new Sweep(objects, all, settings, () -> now, 4, SweepProgress.NONE).run();
    }

    private void put(String... names) {
        for (String name : names) {
            objects.put(ColdLayout.segment(name), new byte[10]);
        }
    }

    /** Time goes by, and checkpoints are taken. */
    private void passes(long millis) {
        now += millis;
        newestRoot = now;
    }

    @Test
    void aDryRunSaysWhatWouldBeDoneAndChangesNothing() throws Exception {
        put(NEEDED, UNUSED);
        passes(4 * HOUR);
        put(SweptJob.name(3));
        SweepReport report = sweep(false);
        assertThat(report.applied()).isFalse();
        assertThat(report.referenced()).isEqualTo(new SweepReport.Count(1, 10));
        assertThat(report.old()).isEqualTo(new SweepReport.Count(1, 10));
        assertThat(report.young()).isEqualTo(new SweepReport.Count(1, 10));
        assertThat(report.moved().segments()).isZero();
        assertThat(objects.changes).isZero();
    }

    @Test
    void whatNothingRefersToGoesByWayOfTheTrash() throws Exception {
        put(NEEDED, UNUSED);
        passes(4 * HOUR);
        assertThat(sweep(true).moved()).isEqualTo(new SweepReport.Count(1, 10));
        assertThat(objects.objects()).containsOnlyKeys(ColdLayout.segment(NEEDED), ColdLayout.trash(UNUSED));
        passes(HOUR);
        assertThat(sweep(true).deleted().segments()).isZero();
        passes(2 * HOUR);
        assertThat(sweep(true).deleted()).isEqualTo(new SweepReport.Count(1, 10));
        assertThat(objects.objects()).containsOnlyKeys(ColdLayout.segment(NEEDED));
    }

    @Test
    void whatARootRefersToAgainComesBack() throws Exception {
        put(NEEDED, UNUSED);
        passes(4 * HOUR);
        sweep(true);
        marked.add(UNUSED);
        passes(4 * HOUR);
        assertThat(sweep(false).toRestore().segments()).isEqualTo(1);
        assertThat(sweep(true).restored().segments()).isEqualTo(1);
        assertThat(objects.has(ColdLayout.segment(UNUSED))).isTrue();
    }

    @Test
    void nothingOfASegmentThatIsNeededIsDeletedNotEvenASecondCopy() throws Exception {
        put(NEEDED);
        objects.put(ColdLayout.trash(NEEDED), new byte[10]);
        passes(100 * HOUR);
        SweepReport report = sweep(true);
        assertThat(report.inTrash().segments()).isEqualTo(1);
        assertThat(report.expired().segments()).isZero();
        assertThat(objects.changes).isZero();
    }

    @Test
    void aCopyInTheTrashStaysWhileTheSegmentIsInItsPlace() throws Exception {
        put(UNUSED, NEEDED);
        objects.put(ColdLayout.trash(UNUSED), new byte[10]);
        passes(100 * HOUR);
        put(UNUSED); // again
        assertThat(sweep(true).young().segments()).isEqualTo(1);
        assertThat(objects.changes).isZero();
    }

    @Test
    void nothingBecomesOldWhileCheckpointsFail() throws Exception {
        put(NEEDED, UNUSED);
        now += 100 * HOUR;
        assertThat(sweep(true).young().segments()).isEqualTo(1);
        assertThat(objects.changes).isZero();
    }

    @Test
    void aSegmentThatIsWrittenAgainAfterTheListingStays() throws Exception {
        put(NEEDED, UNUSED);
        passes(4 * HOUR);
        objects.around(() -> {
            if (looks == 2) {
                looks++;
                put(UNUSED);
            }
        });
        assertThat(sweep(true).moved().segments()).isZero();
        assertThat(objects.has(ColdLayout.segment(UNUSED))).isTrue();
    }

    @Test
    void aRootThatIsFoundJustBeforeDeletingKeepsItsSegments() throws Exception {
        put(NEEDED, UNUSED);
        passes(4 * HOUR);
        sweep(true);
        passes(4 * HOUR);
        looks = 0;
        SweepRoots late = () -> new SweepRoots.Marks(1, newestRoot, ++looks < 3 ? marked : Set.of(NEEDED, UNUSED));
        SweepSettings settings = new SweepSettings(Duration.ofHours(3), Duration.ofHours(2), true, false, false);
        SweepReport report = new Sweep(objects, late, settings, () -> now, 1, SweepProgress.NONE).run();
        assertThat(report.expired().segments()).isEqualTo(1);
        assertThat(report.deleted().segments()).isZero();
        assertThat(objects.has(ColdLayout.trash(UNUSED))).isTrue();
    }

    @Test
    void withoutRootsItIsRefusedUnlessThatIsRight() throws Exception {
        roots = 0;
        newestRoot = Long.MAX_VALUE;
        marked.clear();
        put(UNUSED);
        now += 4 * HOUR;
        assertThatThrownBy(() -> sweep(true))
                .isInstanceOf(SweepRefusedException.class)
                .hasMessageContaining("everything would go");
        assertThat(objects.changes).isZero();
        SweepSettings gone = new SweepSettings(Duration.ofHours(3), Duration.ofHours(2), true, true, false);
        assertThat(sweep(gone).moved().segments()).isEqualTo(1);
        roots = 1;
        assertThatThrownBy(() -> sweep(gone)).isInstanceOf(SweepRefusedException.class);
    }

    @Test
    void aMissingSegmentIsNamedAndNothingIsTakenAway() throws Exception {
        put(UNUSED);
        passes(4 * HOUR);
        SweepReport report = sweep(true);
        assertThat(report.missing()).containsExactly(NEEDED);
        assertThat(report.isClean()).isFalse();
        assertThat(objects.changes).isZero();
        SweepSettings despite = new SweepSettings(Duration.ofHours(3), Duration.ofHours(2), true, false, true);
        assertThat(sweep(despite).moved().segments()).isEqualTo(1);
    }

    @Test
    void whatIsNoSegmentIsReportedAndLeft() throws Exception {
        put(NEEDED);
        String[] others = {
            "notes.txt",
            "segments/ab/" + NEEDED,
            "segments/" + UNUSED,
            ColdLayout.segment(UNUSED) + ".writing",
            "trash/00/thing"
        };
        for (String other : others) {
            objects.put(other, new byte[1]);
        }
        objects.put(ColdLayout.ROOTS + "a.json", new byte[1]);
        passes(100 * HOUR);
        SweepReport report = sweep(true);
        assertThat(report.unknown()).isEqualTo(others.length);
        assertThat(report.unknownExamples()).containsExactlyInAnyOrder(others);
        assertThat(objects.changes).isZero();
    }

    @Test
    void failuresConcernTheirObjectAndAreNamed() throws Exception {
        put(NEEDED, UNUSED, SweptJob.name(3), SweptJob.name(4));
        passes(4 * HOUR);
        boolean[] failed = {false};
        objects.around(() -> {
            if (looks == 2 && objects.changes == 1 && !failed[0]) {
                failed[0] = true;
                throw new IOException("refused");
            }
        });
        SweepReport report = sweep(true);
        assertThat(report.failures()).singleElement().asString().contains("refused", "segments/");
        assertThat(report.isClean()).isFalse();
        assertThat(report.moved().segments()).isEqualTo(2);
    }
}
