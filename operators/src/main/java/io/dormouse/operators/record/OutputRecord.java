// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

/**
 * A record ready for a topic.
 *
 * @param key the Kafka key, or null
 * @param value the Kafka value
 */
public record OutputRecord(byte[] key, byte[] value) {}
