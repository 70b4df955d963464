// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.step;

/**
 * How many queries may be answered together (SPEC row HA4). A batch has a budget of time, since its first query waits for
 * its last; utilisation is the share of the budget that a batch took. Below {@value #LOW} the limit grows by half, above
 * {@value #HIGH} it shrinks by a fifth, always within {@value #MIN} to {@value #MAX}.
 *
 * <p>A batch that did not reach the limit tells nothing about a larger one, so only full batches raise it: otherwise a
 * quiet hour would leave a limit that the first burst pays for.
 */
public final class BatchSize {
    /** Smallest limit: queries are answered one by one. */
    public static final int MIN = 1;

    /** Largest limit. */
    public static final int MAX = 64;

    private static final int START = 16;
    private static final double LOW = 0.7;
    private static final double HIGH = 0.95;
    private static final double GROWTH = 1.5;
    private static final double SHRINKAGE = 0.8;

    private final long budgetNanos;
    private double limit = START;
    private double utilisation;

    /** @param budgetNanos time that a batch should take at most */
    public BatchSize(long budgetNanos) {
        if (budgetNanos < 1) {
            throw new IllegalArgumentException(
                    "the budget of a batch is " + budgetNanos + " ns; expected at least 1: raise query.batch-budget");
        }
        this.budgetNanos = budgetNanos;
    }

    /** Queries that the next batch may hold. */
    public int limit() {
        return (int) limit;
    }

    /** Share of the budget that the last batch took; above 1 it took too long. */
    public double utilisation() {
        return utilisation;
    }

    /** Notes that a batch of so many queries took this long. */
    public void took(int queries, long nanos) {
        utilisation = (double) nanos / budgetNanos;
        if (utilisation > HIGH) {
            limit = Math.max(MIN, limit * SHRINKAGE);
        } else if (utilisation < LOW && queries >= limit()) {
            limit = Math.min(MAX, limit * GROWTH);
        }
    }
}
