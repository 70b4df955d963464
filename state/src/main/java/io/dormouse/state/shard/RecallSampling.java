// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

/**
 * How much of its time an operator spends on running answered queries again, exactly.
 *
 * @param share share of one core's time, 0 to 1; 0 = recall is not measured
 * @param seed which queries are taken follows from it
 */
public record RecallSampling(double share, long seed) {
    /** Recall is not measured. */
    public static final RecallSampling OFF = new RecallSampling(0, 0);

    public RecallSampling {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "memory.recall-sampling-share is " + share + ": choose 0 (off) to 1, such as 0.01");
        }
    }
}
