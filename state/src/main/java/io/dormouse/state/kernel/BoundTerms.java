// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * What a query and a page contribute to the distance of a row with a {@link Code#relative relative} code:
 *
 * <pre>{@code estimate = base + offsetWeight * offset - slope * (sumWeight * sum + sumBase)
 * margin   = errorWeight * error}</pre>
 *
 * with the row's factors {@link Code#OFFSET}, {@link Code#SLOPE}, {@link Code#ERROR} and the sum of what its codes select
 * from the query's tables. The true distance is above {@code estimate - margin} with the probability that the error
 * weight was chosen for. Reused.
 */
public final class BoundTerms {
    public float base;
    public float offsetWeight;
    public float sumWeight;
    public float sumBase;
    public float errorWeight;

    /** The lower bound of one row; at most the largest float, and the least where terms overflow to NaN. */
    float bound(float offset, float slope, float error, int sum) {
        float bound = offset * offsetWeight + base - ((sum * sumWeight + sumBase) * slope + error * errorWeight);
        return bound >= -Float.MAX_VALUE ? Math.min(bound, Float.MAX_VALUE) : -Float.MAX_VALUE;
    }
}
