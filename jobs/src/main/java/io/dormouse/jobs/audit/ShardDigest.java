// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs.audit;

/**
 * What one shard of a savepoint holds; a public record of plain fields, so that Flink has a serializer for it.
 *
 * @param namespace the shard's namespace
 * @param items items that can be read in full
 * @param sum the sum of their digests, hexadecimal
 * @param faults things that do not fit together
 * @param examples the first of the faults, a line each
 */
public record ShardDigest(String namespace, long items, String sum, long faults, String examples) {}
