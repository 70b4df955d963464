// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.kernels;

import io.dormouse.benchmarks.peer.PeerCode;
import io.dormouse.state.kernel.Int8Code;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One engine scores the rows of one page of 64 KiB after the other; all of them stay in the second-level cache. Every
 * engine gets the same rows and the same query, a JVM of its own, and is reached by one call a page.
 *
 * <p>Arrays begin anywhere in a line of the cache, and whether loads cross lines makes half of a kernel's time. So the
 * pages are copies of one page in different places, and a figure is the mean over places.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PeerKernelsBenchmark {
    /** Begins the line in which a JVM says what its engine runs on. */
    static final String RUNS_ON = "runs on: ";

    private static final int PLACES = 8;
    private static final int SEED = 7;
    private static final float TOLERANCE = 1e-3f;

    @Param("128")
    public int dimension;

    @Param("FLOAT32")
    public RowFunction function;

    @Param("DORMOUSE_PAGE")
    public Contestant contestant;

    private final PageScorer[] places = new PageScorer[PLACES];
    private final byte[][] spacers = new byte[PLACES][];
    private float[] scores;
    private int next;

    @Setup
    public void fill() {
        Random random = new Random(SEED);
        float[] query = gaussian(random);
        float[][] rows = new float[OwnScorers.rows(function, dimension)][];
        for (int r = 0; r < rows.length; r++) {
            rows[r] = gaussian(random);
        }
        PageScorer.Engine engine = contestant.adapter() == null
                ? new OwnScorers()
                : PeerCode.load(contestant.adapter(), PageScorer.Engine.class);
        System.out.println(RUNS_ON + engine.implementation());
        scores = new float[rows.length];
        for (int i = 0; i < PLACES; i++) {
            spacers[i] = new byte[1 + i * Long.BYTES];
            places[i] = engine.scorer(function, rows, query.clone(), contestant.oneByOne());
            places[i].score(scores);
            check(rows[0], query);
        }
    }

    @Benchmark
    public float[] page() {
        places[next].score(scores);
        next = (next + 1) % PLACES;
        return scores;
    }

    /** A contestant that computes something else would be no contestant. */
    private void check(float[] row, float[] query) {
        float expected = switch (function) {
            case FLOAT32 -> ScalarTwin.dotFloats(row, 0, query, dimension);
            case INT8 -> ScalarTwin.dotInt8(int8(row), 0, int8(query), dimension);
            case HAMMING -> hamming(Signs.of(row), Signs.of(query));
            case ONE_BIT, PQ -> scores[0];
        };
        if (!(Math.abs(scores[0] - expected) <= TOLERANCE * Math.max(1, Math.abs(expected)))) {
            throw new IllegalStateException(
                    contestant + " scores row 0 with " + scores[0] + "; expected " + expected + " for " + function);
        }
    }

    private byte[] int8(float[] vector) {
        byte[] codes = new byte[dimension];
        Int8Code.encode(vector, dimension, codes, 0);
        return codes;
    }

    private static int hamming(byte[] a, byte[] b) {
        int differing = 0;
        for (int i = 0; i < a.length; i++) {
            differing += Integer.bitCount((a[i] ^ b[i]) & 0xff);
        }
        return differing;
    }

    private float[] gaussian(Random random) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }
}
