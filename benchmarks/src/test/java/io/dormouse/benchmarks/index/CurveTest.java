// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dormouse.benchmarks.index.Curve.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class CurveTest {
    private static Curve curve(Point... points) {
        return new Curve(new EngineName("lucene"), "", 1, List.of(points));
    }

    @Test
    void betweenTwoPointsTheLogarithmIsLinear() {
        Curve curve = curve(new Point(1, 0.9, 4_000), new Point(2, 1.0, 1_000));
        assertThat(curve.queriesPerSecondAt(0.95)).isCloseTo(2_000, within(1e-6));
        assertThat(curve.queriesPerSecondAt(0.9)).isEqualTo(4_000);
    }

    @Test
    void aPointThatAnotherBeatsInBothIsLeftOut() {
        Point slow = new Point(1, 0.9, 1_000);
        Point best = new Point(2, 0.95, 2_000);
        Point exact = new Point(3, 0.99, 500);
        assertThat(curve(slow, exact, best).best()).containsExactly(best, exact);
    }

    @Test
    void aboveTheBestRecallThereIsNoRate() {
        assertThat(curve(new Point(1, 0.9, 4_000)).queriesPerSecondAt(0.95)).isNaN();
    }

    @Test
    void belowTheLowestRecallItIsTheLowestPointsRate() {
        assertThat(curve(new Point(1, 0.97, 4_000)).queriesPerSecondAt(0.95)).isEqualTo(4_000);
    }
}
