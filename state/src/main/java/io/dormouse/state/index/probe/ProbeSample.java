// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index.probe;

import java.util.Objects;

/**
 * A query that was answered and then run again exactly.
 *
 * @param k nearest rows that were asked for
 * @param recallTarget share of them that was wanted
 * @param pages pages of the shard
 * @param distances centroid distances of the nearest pages, ascending; at least one
 * @param ranked how many of them there are
 * @param ranks the ranks of the pages that hold the true neighbours, from 0, one a neighbour as far as known;
 *     {@code ranked} and above is out of reach
 * @param neighbours how many true neighbours there are, at least 1
 * @param found how many of them the answer held
 * @param calibrated whether samples decided how far the answer went to look; else it tells nothing of such decisions
 */
public record ProbeSample(
        int k,
        float recallTarget,
        int pages,
        float[] distances,
        int ranked,
        int[] ranks,
        int neighbours,
        int found,
        boolean calibrated) {
    /** What it tells to those whose samples did not decide how far its answer went to look. */
    public ProbeSample plannedElsewhere() {
        return new ProbeSample(k, recallTarget, pages, distances, ranked, ranks, neighbours, found, false);
    }

    public ProbeSample {
        Objects.requireNonNull(distances, "distances");
        Objects.requireNonNull(ranks, "ranks");
        if (ranked < 1 || pages < ranked || neighbours < 1 || found < 0 || found > neighbours) {
            throw new IllegalArgumentException("sample of " + ranked + " ranked pages of " + pages + ", " + found
                    + " of " + neighbours + " neighbours found: expected at least one page and one neighbour");
        }
    }
}
