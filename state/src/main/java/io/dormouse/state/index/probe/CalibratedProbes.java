// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index.probe;

import io.dormouse.state.index.ProbePlanner;
import java.util.Arrays;
import java.util.Objects;

/**
 * Plans the probes of one shard by what sampled queries have taught: every page whose {@link ProbeScore} stays within the
 * limit that reached the wanted recall so far ({@link ProbeTable}), with the target corrected by what was really reached
 * ({@link RecallSteering}).
 *
 * <p>A shard's own table counts from its first sample and alone after {@value #PRIOR_SAMPLES}; until then the one that
 * shards of the same shape share fills up. With fewer than {@value #SAMPLES_MIN} samples in both, a planner that needs none
 * decides. Deciding allocates nothing unless samples came since the last query of that target and k.
 */
public final class CalibratedProbes implements ProbePlanner {
    private static final int PRIOR_SAMPLES = 64;
    private static final int SAMPLES_MIN = 32;

    /** A limit that reaches farther is not believed: at most so many times the pages of the uncalibrated planner. */
    private static final int REACH_FACTOR = 8;

    private static final int REACH_MIN = 64;
    private static final int RANK_MORE = 4;

    private final ProbeCalibration prior;
    private final ProbePlanner uncalibrated;
    private final ProbeLimit[] limits = new ProbeLimit[KClass.COUNT];
    private final float[] limitTargets = new float[KClass.COUNT];
    private final long[] limitVersions = new long[KClass.COUNT];
    private ProbeCalibration own;

    /**
     * @param prior what shards of the same shape have taught; the shard's own samples go there, too
     * @param uncalibrated decides while too little is known
     */
    public CalibratedProbes(ProbeCalibration prior, ProbePlanner uncalibrated) {
        this.prior = Objects.requireNonNull(prior, "prior");
        this.uncalibrated = Objects.requireNonNull(uncalibrated, "uncalibrated");
        this.own = prior;
    }

    /** From now on the shard has a calibration of its own. */
    public void setOwn(ProbeCalibration own) {
        this.own = Objects.requireNonNull(own, "own");
        Arrays.fill(limits, null);
    }

    @Override
    public int pagesToRank(int pages, float recallTarget, int k) {
        return uncalibrated.pagesToRank(
                pages, recallTarget >= 1 || calibrated(k) ? recallTarget : (float) own.planned(recallTarget), k);
    }

    @Override
    public int pagesToProbe(float[] distances, int ranked, int pages, float recallTarget, int k) {
        if (recallTarget >= 1 || ranked == 0) {
            return pages;
        }
        if (!calibrated(k)) {
            return uncalibrated.pagesToProbe(distances, ranked, pages, (float) own.planned(recallTarget), k);
        }
        int within = limit(recallTarget, k).pagesWithin(distances, ranked, pages);
        if (within < ranked) {
            return within;
        }
        int reach = reach(pages, recallTarget, k);
        return ranked >= reach ? reach : (int) Math.min(reach, (long) RANK_MORE * ranked);
    }

    private int reach(int pages, float recallTarget, int k) {
        long most = Math.max(REACH_MIN, (long) REACH_FACTOR * uncalibrated.pagesToRank(pages, recallTarget, k));
        return (int) Math.min(pages, most);
    }

    /** Whether there are samples enough to decide by for queries of this k. */
    public boolean calibrated(int k) {
        double weight = own.table(KClass.of(k)).weight();
        return weight >= SAMPLES_MIN || weight + priorShare(k) * ofOthers(k) >= SAMPLES_MIN;
    }

    /** How much of the prior's samples fill up what is missing of the shard's own. */
    private double priorShare(int k) {
        double missing = PRIOR_SAMPLES - own.table(KClass.of(k)).weight();
        double others = ofOthers(k);
        return missing <= 0 || others <= 0 ? 0 : Math.min(1, missing / others);
    }

    /** The prior's samples less the shard's own, which are among them. */
    private double ofOthers(int k) {
        int c = KClass.of(k);
        return prior.table(c).weight() - own.table(c).weight();
    }

    private ProbeLimit limit(float recallTarget, int k) {
        int c = KClass.of(k);
        long version = (long) own.version() << 32 | (priorShare(k) > 0 ? prior.version() & 0xFFFF_FFFFL : 0);
        if (limits[c] == null || limitTargets[c] != recallTarget || limitVersions[c] != version) {
            limits[c] = own.table(c).limit(own.planned(recallTarget), prior.table(c), priorShare(k));
            limitTargets[c] = recallTarget;
            limitVersions[c] = version;
        }
        return limits[c];
    }
}
