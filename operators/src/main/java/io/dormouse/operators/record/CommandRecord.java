// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

/**
 * A validated NamespaceCommand; every operator instance sees every command and acts on the shards it owns.
 *
 * @param partition Kafka partition it came from
 * @param offset its offset there
 * @param timestampMillis Kafka's timestamp
 * @param body the command as Avro
 */
public record CommandRecord(int partition, long offset, long timestampMillis, byte[] body) {}
