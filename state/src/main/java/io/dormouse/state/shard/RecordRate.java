// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import java.nio.ByteBuffer;

/**
 * How many records a shard takes: a token bucket that holds one second's worth and is full at first, kept as what it would
 * take to be full again (the generic cell rate algorithm, ITU-T I.371).
 *
 * <p><b>Its clock is that of Kafka's timestamps</b>, the latest one seen, and not the time at which records arrive. After a
 * restore records come again, in a burst: by their arrival some that had been taken would be refused, and lost. By their
 * timestamps, with this state from the same checkpoint and the records of a Kafka partition in the same order, the same are
 * taken again. So is a backlog: records that were sent slowly are taken, however late and fast they come.
 */
final class RecordRate {
    /** Bytes of the stored form. */
    static final int STORED_BYTES = 16;

    private static final long SECOND_NANOS = 1_000_000_000;
    private static final long MILLI_NANOS = 1_000_000;

    private long clockMillis;
    /** Time until the bucket is full again, in nanoseconds. */
    private long debtNanos;

    /**
     * Takes a record if there is room for it.
     *
     * @param timestampMillis when it was sent, by Kafka; one earlier than another's before it counts as sent with that
     * @param perSecondMax records a second that the whole namespace takes, above 0
     * @param partitions that share them evenly
     */
    boolean take(long timestampMillis, int perSecondMax, int partitions) {
        long costNanos = SECOND_NANOS * partitions / perSecondMax;
        if (timestampMillis > clockMillis) {
            long fullMillis = debtNanos / MILLI_NANOS + 1;
            long passedMillis = Math.min(timestampMillis - clockMillis, fullMillis);
            debtNanos = Math.max(0, debtNanos - passedMillis * MILLI_NANOS);
            clockMillis = timestampMillis;
        }
        if (debtNanos + costNanos > Math.max(SECOND_NANOS, costNanos)) {
            return false;
        }
        debtNanos += costNanos;
        return true;
    }

    void write(ByteBuffer to) {
        to.putLong(clockMillis).putLong(debtNanos);
    }

    static RecordRate read(ByteBuffer from) {
        RecordRate rate = new RecordRate();
        rate.clockMillis = from.getLong();
        rate.debtNanos = from.getLong();
        return rate;
    }
}
