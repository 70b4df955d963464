// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

/**
 * A record ready for a topic.
 *
 * @param key the Kafka key, or null
 * @param value the Kafka value
 */
public record OutputRecord(byte[] key, byte[] value) {
    /**
     * Bytes of key and value that every broker and producer takes unless it is told otherwise (both have a limit of about
     * 1,048,576 with their own overhead). A larger record would fail the job, and again after every restart.
     */
    public static final int BYTES_MAX = 1_000_000;
}
