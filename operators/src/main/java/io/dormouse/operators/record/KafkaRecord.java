// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

/**
 * A record as Kafka had it.
 *
 * @param topic the topic
 * @param partition the topic's partition
 * @param offset the place in the partition
 * @param timestampMillis Kafka's timestamp, milliseconds since the epoch
 * @param key the key's bytes, or null
 * @param value the value's bytes, or null
 */
public record KafkaRecord(String topic, int partition, long offset, long timestampMillis, byte[] key, byte[] value) {}
