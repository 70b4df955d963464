// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dormouse.schema.IngestOp;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.Vectors;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * A stream of writes that follows from their numbers alone: new items, updates of older ones and deletions. An item's vector
 * follows from its id and its payload from id and write, so that every answer can be held against what was written.
 */
final class CrashItems {
    static final String NAMESPACE = "crash";
    static final int K = 3;
    static final int DEADLINE_MILLIS = 8_000;
    private static final int DIMENSION = 64;

    /** So many items that come after each other are neighbours, so that questions about young ones leave old pages alone. */
    private static final int NEIGHBOURS = 150;

    /** One in so many items is so important that its page comes back from object storage when it is a hit. */
    private static final int IMPORTANT = 7;

    private CrashItems() {}

    /**
     * One write.
     *
     * @param item its item
     * @param deletes the item; such an item is never asked for
     */
    record Write(int number, int item, boolean deletes) {
        /** As it goes to the ingest topic. */
        IngestRecord record() {
            IngestRecord.Builder record = IngestRecord.newBuilder()
                    .setOp(deletes ? IngestOp.DELETE : IngestOp.UPSERT)
                    .setNamespace(NAMESPACE)
                    .setId(Integer.toString(item));
            if (!deletes) {
                record.setVector(Vectors.toBytes(vector(item))).setPayload(payload(number));
                if (item % IMPORTANT == 0) {
                    record.setImportance(0.9f);
                }
            }
            return record.build();
        }
    }

    /** The write of this number: of ten, seven new items, two updates and a deletion of an item that is not asked for. */
    static Write write(int number) {
        int newItem = number / 10 * 7 + number % 10;
        int older = new Random(number).nextInt(Math.max(1, number / 10 * 7));
        return switch (number % 10) {
            case 7, 8 -> new Write(number, isAsked(older) ? older : older + 1, false);
            case 9 -> new Write(number, older - Math.floorMod(older, 7) + 6, true);
            default -> new Write(number, newItem, false);
        };
    }

    /** Whether queries ask for an item: such items are written and updated and never deleted. */
    static boolean isAsked(int item) {
        return item % 7 != 6;
    }

    /** Items alive after so many writes. */
    static int alive(int writes) {
        Set<Integer> alive = new HashSet<>();
        for (int number = 0; number < writes; number++) {
            Write write = write(number);
            if (write.deletes()) {
                alive.remove(write.item());
            } else {
                alive.add(write.item());
            }
        }
        return alive.size();
    }

    /** What a write says of its item. */
    static ByteBuffer payload(int write) {
        return ByteBuffer.wrap(("what was said at moment " + write).getBytes(UTF_8));
    }

    /** The write that a payload came with. */
    static int writeOf(ByteBuffer payload) {
        String text = UTF_8.decode(payload.duplicate()).toString();
        return Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
    }

    /** A question for the items nearest to an item's own vector, without an id. */
    static QueryRecord.Builder question(int item) {
        return QueryRecord.newBuilder()
                .setId("")
                .setNamespace(NAMESPACE)
                .setVector(Vectors.toBytes(vector(item)))
                .setK(K)
                .setRecallTarget(1f)
                .setDeadlineMillis(DEADLINE_MILLIS);
    }

    private static float[] vector(int item) {
        float[] vector = gaussian(new Random(-1 - item / NEIGHBOURS), 1);
        float[] off = gaussian(new Random(item), 0.7f);
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] += off[i];
        }
        return vector;
    }

    private static float[] gaussian(Random random, float scale) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = scale * (float) random.nextGaussian();
        }
        return vector;
    }
}
