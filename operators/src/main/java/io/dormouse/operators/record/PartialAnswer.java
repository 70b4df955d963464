// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

/**
 * What one of several shards answered.
 *
 * @param askId names the asking, unique in the job: partition and offset of the query record
 * @param parts shards asked
 * @param part which of them answered
 * @param deadlineMillis when the answer is due, milliseconds since the epoch
 * @param k hits wanted
 * @param result a QueryResult as Avro
 */
public record PartialAnswer(String askId, int parts, int part, long deadlineMillis, int k, byte[] result)
        implements Part {
    @Override
    public int bytes() {
        return result.length;
    }

    /** The same part with another result. */
    public PartialAnswer with(byte[] other) {
        return new PartialAnswer(askId, parts, part, deadlineMillis, k, other);
    }
}
