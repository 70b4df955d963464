// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageCostsTest {
    private static final double CENTROID_NANOS = 20;

    /** Scans that take so long per page and per row. */
    private static ScanTimes line(boolean inHeap, double page, double row) {
        ScanTimes times = new ScanTimes(100);
        for (int i = 0; i < 2_000; i++) {
            int rows = 50 + i % 300;
            times.sample(inHeap, rows, Math.round(page + row * rows));
        }
        return times;
    }

    private static boolean splitPays(double share, int rows, double page, double row) {
        return PageCosts.splitPays(line(true, page, row), true, share, rows / 2, rows - rows / 2, CENTROID_NANOS);
    }

    @Test
    void aPageThatManyQueriesScanIsSplitAndOneThatFewScanIsNot() {
        // halves cost 0.9 (2 x 200 + 4000) = 3960 of 4200: 240 ns less
        assertThat(splitPays(0.5, 400, 200, 10)).isTrue();
        assertThat(splitPays(0.05, 400, 200, 10)).isFalse();
    }

    @Test
    void aSmallPageIsNotSplitHoweverHot() {
        // halves cost 0.9 (2 x 200 + 1000) = 1260 of 1200
        assertThat(splitPays(1, 100, 200, 10)).isFalse();
    }

    @Test
    void aPageWhoseFetchOutweighsItsScanIsNotSplit() {
        ScanTimes times = line(false, 80_000, 10);
        assertThat(PageCosts.splitPays(times, false, 1, 200, 200, CENTROID_NANOS))
                .isFalse();
    }

    @Test
    void aSplitThatGainsNextToNothingIsNotMade() {
        ScanTimes times = line(true, 200, 10);
        // half of the queries save 240 ns each; a centroid that costs 108 leaves a gain of 12, one that costs 112 of 8
        assertThat(PageCosts.splitPays(times, true, 0.5, 200, 200, 108)).isTrue();
        assertThat(PageCosts.splitPays(times, true, 0.5, 200, 200, 112)).isFalse();
    }

    @Test
    void aPageThatNobodyScansIsMergedUnlessItsNeighbourIsHot() {
        ScanTimes times = line(true, 200, 10);
        assertThat(PageCosts.mergePays(times, true, 0, 50, 0.01, 200, CENTROID_NANOS))
                .isTrue();
        assertThat(PageCosts.mergePays(times, true, 0, 50, 0.5, 200, CENTROID_NANOS))
                .isFalse();
        assertThat(PageCosts.mergePays(times, true, 0.5, 50, 0.01, 200, CENTROID_NANOS))
                .isFalse();
    }

    /** Otherwise pages would be divided and put together again for ever. */
    @Test
    void halvesOfASplitThatPaidAreNeverWorthAMerge() {
        for (double page = 0; page <= 1_000; page += 100) {
            ScanTimes times = line(true, page, 10);
            for (double share = 0.01; share <= 1; share += 0.01) {
                for (int rows = 64; rows <= 800; rows += 16) {
                    int half = rows / 2;
                    double halfShare = share * PageCosts.HALF_SHARE;
                    boolean split = PageCosts.splitPays(times, true, share, half, half, CENTROID_NANOS);
                    boolean merge = PageCosts.mergePays(times, true, halfShare, half, halfShare, half, CENTROID_NANOS);
                    assertThat(split && merge).isFalse();
                }
            }
        }
    }
}
