// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

/**
 * A record that cannot be handled yet.
 *
 * @param record the record
 * @param deadlineMillis when it is handled with what there is by then, milliseconds since the epoch
 */
public record Parked(ShardRecord record, long deadlineMillis) {}
