// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.state.cold.Demotions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log that pages cannot go down to object storage, and why: at most once a minute, and when they can again. */
final class ColdFailureLog {
    private static final Logger LOG = LoggerFactory.getLogger(ColdFailureLog.class);
    private static final long REST_MILLIS = 60_000;

    private final Demotions demotions;
    private long failuresLogged;
    /** Segments stored when a failure was last told of; none can be more after recovery was told of. */
    private long storedThen = Long.MAX_VALUE;

    private long loggedMillis = Long.MIN_VALUE / 2;

    ColdFailureLog(Demotions demotions) {
        this.demotions = demotions;
    }

    /** To be called about once a second. */
    void tick(long nowMillis) {
        long failures = demotions.failures();
        if (failures > failuresLogged && nowMillis - loggedMillis >= REST_MILLIS) {
            LOG.warn(
                    "{} segment(s) could not be stored in object storage, their pages stay in RocksDB; the last because: {}",
                    failures - failuresLogged,
                    demotions.lastFailure());
            failuresLogged = failures;
            storedThen = demotions.segments();
            loggedMillis = nowMillis;
        } else if (failures == failuresLogged && demotions.segments() > storedThen) {
            LOG.info("segments are stored in object storage again");
            storedThen = Long.MAX_VALUE;
        }
    }
}
