// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index.probe;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * All that sampled queries have taught about probing: where neighbours are, by number of neighbours asked for, how far the
 * planned target must be from the asked one, and the live recall. One belongs to each shard of some size, and one is
 * shared by all shards of the same dimension, code and metric.
 */
public final class ProbeCalibration {
    /** Largest stored form, as the body of a frame. */
    public static final int STORED_BYTES_MAX = 8
            + RecallEstimate.STORED_BYTES
            + RecallSteering.STORED_BYTES
            + KClass.COUNT * (1 + ProbeTable.STORED_BYTES_MAX);

    /** Heap that it occupies at most, roughly. */
    public static final int HEAP_BYTES = STORED_BYTES_MAX + 2_048;

    private static final double LIVE_HALF_LIFE_SAMPLES = 200;

    private final ProbeTable[] tables = new ProbeTable[KClass.COUNT];
    private final RecallSteering steering = new RecallSteering();
    private final RecallEstimate live = new RecallEstimate(LIVE_HALF_LIFE_SAMPLES);
    private long samples;
    private int version;

    /** Learns from a sampled query. */
    public void add(ProbeSample sample) {
        double recall = (double) sample.found() / sample.neighbours();
        if (sample.ranks().length > 0) {
            table(KClass.of(sample.k())).add(sample);
        }
        if (sample.calibrated()) {
            steering.add(sample.recallTarget(), recall);
        }
        live.add(recall);
        samples++;
        version++;
    }

    /** Takes over what another calibration knows of where neighbours are, as if from at most so many samples. */
    public void seed(ProbeCalibration other, double samplesMax) {
        for (int c = 0; c < KClass.COUNT; c++) {
            if (other.tables[c] != null) {
                table(c).seed(other.tables[c], samplesMax);
            }
        }
        version++;
    }

    /** Whether it knows nothing yet of where neighbours are. */
    public boolean isEmpty() {
        for (ProbeTable table : tables) {
            if (table != null && table.weight() > 0) {
                return false;
            }
        }
        return true;
    }

    /** Measured recall of the queries answered lately. */
    public RecallEstimate live() {
        return live;
    }

    /** Samples learned from, ever. */
    public long samples() {
        return samples;
    }

    /** Changes whenever what it says may have changed. */
    int version() {
        return version;
    }

    double planned(float recallTarget) {
        return steering.planned(recallTarget);
    }

    /** The table of a class of k; made when it is first asked for. */
    ProbeTable table(int kClass) {
        if (tables[kClass] == null) {
            tables[kClass] = new ProbeTable();
        }
        return tables[kClass];
    }

    /** Writes it into a body with room for {@link #STORED_BYTES_MAX}. */
    public void write(ByteBuffer body) {
        body.putLong(samples);
        live.write(body);
        steering.write(body);
        for (ProbeTable table : tables) {
            boolean taught = table != null && table.weight() > 0;
            body.put((byte) (taught ? 1 : 0));
            if (taught) {
                table.write(body);
            }
        }
    }

    /** Reads what {@link #write} wrote; null when that is something else. */
    public static ProbeCalibration read(ByteBuffer body) {
        try {
            ProbeCalibration read = new ProbeCalibration();
            return read.fill(body) && !body.hasRemaining() ? read : null;
        } catch (BufferUnderflowException e) {
            return null;
        }
    }

    private boolean fill(ByteBuffer body) {
        samples = body.getLong();
        boolean sound = samples >= 0 && live.read(body) && steering.read(body);
        for (int c = 0; c < KClass.COUNT && sound; c++) {
            if (body.get() != 0) {
                tables[c] = ProbeTable.read(body);
                sound = tables[c] != null;
            }
        }
        return sound;
    }
}
