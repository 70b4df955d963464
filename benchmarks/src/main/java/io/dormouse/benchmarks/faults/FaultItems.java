// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dormouse.schema.AfterToken;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.Vectors;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Items of which vector and payload follow from the id, so that every answer can be held against the truth. */
final class FaultItems {
    static final String NAMESPACE = "faults";
    static final int K = 3;
    static final int DEADLINE_MILLIS = 4_000;
    private static final int DIMENSION = 64;

    private FaultItems() {}

    static IngestRecord item(int item) {
        return IngestRecord.newBuilder()
                .setNamespace(NAMESPACE)
                .setId(Integer.toString(item))
                .setVector(Vectors.toBytes(vector(item)))
                .setPayload(payload(Integer.toString(item)))
                .build();
    }

    static ByteBuffer payload(String id) {
        return ByteBuffer.wrap(("what was said at moment " + id).getBytes(UTF_8));
    }

    static QueryRecord question(int item, AfterToken after) {
        return QueryRecord.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setNamespace(NAMESPACE)
                .setVector(Vectors.toBytes(vector(item)))
                .setK(K)
                .setRecallTarget(1f)
                .setAfter(List.of(after))
                .setDeadlineMillis(DEADLINE_MILLIS)
                .build();
    }

    private static float[] vector(int item) {
        Random random = new Random(item);
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }
}
