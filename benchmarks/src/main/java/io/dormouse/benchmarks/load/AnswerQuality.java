// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.load;

import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.load.LoadDriver.Paced;
import io.dormouse.schema.Hit;
import io.dormouse.schema.MalformedRecordException;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.util.List;
import java.util.function.LongToIntFunction;
import java.util.stream.LongStream;

/** What the answers of paced rounds were worth. */
public record AnswerQuality(
        double recall, double rowsScoredShare, long partial, long errors, long withoutPayload, double operatorMicros) {

    /**
     * Holds answers in Avro against the truth.
     *
     * @param queryOf the set's query that a number stands for
     * @param k hits that were asked for
     */
    public static AnswerQuality of(VectorSet set, LongToIntFunction queryOf, int k, List<Paced> rounds)
            throws MalformedRecordException {
        long answers = 0;
        long found = 0;
        long partial = 0;
        long errors = 0;
        long withoutPayload = 0;
        double scored = 0;
        LongStream.Builder micros = LongStream.builder();
        for (Paced round : rounds) {
            for (byte[] value : round.results()) {
                QueryResult result = WireCodec.RESULT.decode(value, WireFormat.AVRO);
                int query = queryOf.applyAsInt(Long.parseLong(result.getQueryId()));
                answers++;
                found += set.found(
                        query, k, result.getHits().stream().map(Hit::getId).toList());
                partial += result.getPartial() ? 1 : 0;
                errors += result.getError() != null ? 1 : 0;
                withoutPayload += result.getHits().stream().anyMatch(hit -> hit.getPayload() == null) ? 1 : 0;
                micros.add(result.getCost().getOperatorMicros());
                scored += result.getCost().getRowsScored() / (double) set.base().length;
            }
        }
        long[] sorted = micros.build().sorted().toArray();
        return new AnswerQuality(
                found / (double) (answers * k),
                scored / answers,
                partial,
                errors,
                withoutPayload,
                sorted[sorted.length / 2]);
    }
}
