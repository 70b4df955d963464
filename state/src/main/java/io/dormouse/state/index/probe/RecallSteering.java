// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index.probe;

import java.nio.ByteBuffer;

/**
 * Makes the recall that queries get the recall that they ask for: a bounded integral controller for each level of recall
 * target. Whatever makes answers miss neighbours (tables that lag behind, codes that misplace rows, a planner that is
 * wrong) shows in the measured recall; the target that is planned for is then moved until it does not.
 *
 * <p>It moves the share that may be missed by a factor of {@code exp(-offset)}, since recall is won in such steps. It acts
 * only when the asked target lies outside of what was measured with confidence, so it rests when all is well, and then
 * forgets most of what it measured under the old offset. Answers that miss too much are mended soon, after {@value
 * #SAMPLES_BETWEEN} samples or a multiple, and on less evidence; that they miss less than they may is believed late, after {@value
 * #SAMPLES_TO_RELAX}, and made use of in smaller steps.
 */
final class RecallSteering {
    /** Levels of target: two to each halving of the share that may be missed. */
    static final int LEVELS = 24;

    /** Bytes of its stored form. */
    static final int STORED_BYTES = LEVELS * (8 + RecallEstimate.STORED_BYTES);

    static final double OFFSET_MIN = -0.7;
    static final double OFFSET_MAX = 4;

    private static final double HALF_LIFE_SAMPLES = 200;
    private static final int SAMPLES_BETWEEN = 16;
    private static final int SAMPLES_TO_RELAX = 128;
    private static final double GAIN = 0.7;
    private static final double GAIN_TO_RELAX = 0.35;

    /** Standard errors that the target lies above what was measured: nine times in ten it is no accident. */
    private static final double ERRORS_TO_MEND = 1.3;

    private static final double STEP_MAX = 0.7;
    private static final double MISSED_MIN = 1e-4;
    private static final double KEPT_AFTER_A_STEP = 0.1;

    private final float[] offsets = new float[LEVELS];
    private final int[] samplesSince = new int[LEVELS];
    private final RecallEstimate[] measured = new RecallEstimate[LEVELS];

    RecallSteering() {
        for (int level = 0; level < LEVELS; level++) {
            measured[level] = new RecallEstimate(HALF_LIFE_SAMPLES);
        }
    }

    /** The target to plan for, below 1, when this one below 1 was asked for; it rises with the one asked for on a level. */
    double planned(double asked) {
        double missed = (1 - asked) * Math.exp(-offsets[level(asked)]);
        return 1 - Math.max(MISSED_MIN, Math.min(1 - MISSED_MIN, missed));
    }

    /** Notes what a query that asked for this recall got; true when that moved the offset. */
    boolean add(double asked, double recall) {
        int level = level(asked);
        measured[level].add(recall);
        if (++samplesSince[level] % SAMPLES_BETWEEN != 0) {
            return false; // who looks all the time finds an accident soon
        }
        double step = step(asked, measured[level]);
        if (step == 0 || step < 0 && samplesSince[level] < SAMPLES_TO_RELAX) {
            return false;
        }
        offsets[level] = (float) Math.max(OFFSET_MIN, Math.min(OFFSET_MAX, offsets[level] + step));
        samplesSince[level] = 0;
        measured[level].fade(KEPT_AFTER_A_STEP);
        return true;
    }

    private static double step(double asked, RecallEstimate got) {
        if (got.lowerBound() <= asked && asked <= got.upperBound(ERRORS_TO_MEND)) {
            return 0;
        }
        double missed = Math.max(MISSED_MIN, 1 - got.mean());
        double step = Math.log(missed / Math.max(MISSED_MIN, 1 - asked));
        step *= step > 0 ? GAIN : GAIN_TO_RELAX;
        return Math.max(-STEP_MAX, Math.min(STEP_MAX, step));
    }

    static int level(double asked) {
        double halvings = -2 * Math.log(Math.max(MISSED_MIN, 1 - asked)) / Math.log(2);
        return (int) Math.max(0, Math.min(LEVELS - 1, halvings));
    }

    void write(ByteBuffer body) {
        for (int level = 0; level < LEVELS; level++) {
            body.putFloat(offsets[level]).putInt(samplesSince[level]);
            measured[level].write(body);
        }
    }

    /** Reads what {@link #write} wrote; false when the numbers cannot be. */
    boolean read(ByteBuffer body) {
        boolean sound = true;
        for (int level = 0; level < LEVELS && sound; level++) {
            offsets[level] = body.getFloat();
            samplesSince[level] = body.getInt();
            sound = offsets[level] >= (float) OFFSET_MIN
                    && offsets[level] <= (float) OFFSET_MAX
                    && samplesSince[level] >= 0
                    && measured[level].read(body);
        }
        return sound;
    }
}
