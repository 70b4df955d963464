// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index.probe;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Made-up samples of shards whose neighbours lie where a known law says. */
final class ProbeSamples {
    private ProbeSamples() {}

    /** Distances that rise from 1 as a power of the rank; a steeper rise is an easier query. */
    static float[] distances(int ranked, double steepness) {
        float[] distances = new float[ranked];
        for (int r = 0; r < ranked; r++) {
            distances[r] = (float) Math.pow(r + 1, steepness);
        }
        return distances;
    }

    /** A sample whose 10 neighbours lie in pages drawn with a chance of {@code (rank + 1)^-1.2 * distance^-5}. */
    static ProbeSample drawn(int ranked, double steepness, SplittableRandom random) {
        float[] distances = distances(ranked, steepness);
        double[] upTo = new double[ranked];
        double sum = 0;
        for (int r = 0; r < ranked; r++) {
            sum += Math.pow(r + 1, -1.2) * Math.pow(distances[r], -5);
            upTo[r] = sum;
        }
        int[] ranks = new int[10];
        for (int i = 0; i < ranks.length; i++) {
            int at = Arrays.binarySearch(upTo, random.nextDouble() * sum);
            ranks[i] = Math.min(ranked - 1, at < 0 ? -at - 1 : at);
        }
        return sample(10, 0.95f, distances, ranks, 10);
    }

    /** Easy and hard queries by turns. */
    static ProbeSample drawn(int ranked, SplittableRandom random) {
        return drawn(ranked, random.nextInt(2) == 0 ? 0.02 : 0.3, random);
    }

    static ProbeSample sample(int k, float target, float[] distances, int[] ranks, int found) {
        return new ProbeSample(
                k, target, distances.length, distances, distances.length, ranks, ranks.length, found, true);
    }

    /** The share of a sample's neighbours in its first pages. */
    static double recall(ProbeSample sample, int probes) {
        return Arrays.stream(sample.ranks()).filter(r -> r < probes).count() / (double) sample.neighbours();
    }
}
