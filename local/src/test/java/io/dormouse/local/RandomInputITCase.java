// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.schema.AfterToken;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.Vectors;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;

/** Random bytes and damaged records among good ones: every record is applied, answered or dead-lettered exactly once. */
final class RandomInputITCase {
    private static final int RECORDS = 4_000;
    private static final String NAMESPACE = "random";

    private final Random random = new Random(20_261_121);
    private final TreeSet<String> items = new TreeSet<>();
    private final TreeSet<String> questions = new TreeSet<>();
    private final Map<Future<RecordMetadata>, byte[]> bad = new HashMap<>();

    @Test
    void everyRecordIsAccountedForExactlyOnce() throws Exception {
        try (EmbeddedStack stack = EmbeddedStack.start(StackOptions.defaults());
                MemoryWire wire = new MemoryWire(stack)) {
            RecordMetadata first = wire.send(stack.topics().ingest(), NAMESPACE, item("first"));
            items.add("first");
            wire.ask("begin", NAMESPACE, question("begin", first));
            questions.add("begin");
            for (int i = 0; i < RECORDS; i++) {
                sendAny(wire, stack.topics(), i);
            }
            RecordMetadata last = wire.send(stack.topics().ingest(), NAMESPACE, item("last"));
            items.add("last");

            wire.deadLetters.awaitCount(bad.size());
            wire.results.awaitCount(questions.size());
            QueryResult end = wire.ask("end", NAMESPACE, question("end", last));
            questions.add("end");
            assertThat(end.getPartial()).isFalse();
            assertThat(end.getCost().getRowsStored()).isEqualTo(items.size());
            assertThat(ids(wire.results.all())).containsExactlyElementsOf(questions);
            assertDeadLetters(wire.deadLetters.all());
            wire.assertNeverRestarted();
        }
    }

    private void sendAny(MemoryWire wire, Topics topics, int number) {
        boolean asks = random.nextBoolean();
        String id = "r" + number;
        String topic = asks ? topics.queries() : topics.ingest();
        byte[] good = asks ? question(id, null) : item(id);
        if (random.nextBoolean()) {
            (asks ? questions : items).add(id);
            wire.sendLater(topic, NAMESPACE, good);
        } else {
            byte[] damaged = damaged(good);
            bad.put(wire.sendLater(topic, NAMESPACE, damaged), damaged);
        }
    }

    private void assertDeadLetters(List<DeadLetter> letters) throws Exception {
        Map<String, ByteBuffer> expected = new HashMap<>();
        for (Map.Entry<Future<RecordMetadata>, byte[]> sent : bad.entrySet()) {
            RecordMetadata place = sent.getKey().get(3, TimeUnit.MINUTES);
            expected.put(
                    place.topic() + "/" + place.partition() + "/" + place.offset(), ByteBuffer.wrap(sent.getValue()));
        }
        Map<String, ByteBuffer> originals = new HashMap<>();
        for (DeadLetter letter : letters) {
            String place = letter.getTopic() + "/" + letter.getPartition() + "/" + letter.getOffset();
            assertThat(originals.put(place, letter.getOriginal())).as(place).isNull();
        }
        assertThat(originals).isEqualTo(expected);
    }

    private static List<String> ids(List<QueryResult> results) {
        List<String> ids = new ArrayList<>();
        for (QueryResult result : results) {
            assertThat(result.getError()).isNull();
            ids.add(result.getQueryId());
        }
        ids.sort(null);
        return ids;
    }

    /** Bytes that cannot be a record: noise, a record cut short, one that goes on, one with another header. */
    private byte[] damaged(byte[] good) {
        switch (random.nextInt(4)) {
            case 0 -> {
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                return noise;
            }
            case 1 -> {
                return Arrays.copyOf(good, random.nextInt(good.length));
            }
            case 2 -> {
                return Arrays.copyOf(good, good.length + 1 + random.nextInt(20));
            }
            default -> {
                byte[] changed = good.clone();
                changed[random.nextInt(10)] ^= (byte) (1 + random.nextInt(255));
                return changed;
            }
        }
    }

    private byte[] item(String id) {
        return WireCodec.INGEST.encode(
                IngestRecord.newBuilder()
                        .setNamespace(NAMESPACE)
                        .setId(id)
                        .setVector(vector())
                        .build(),
                WireFormat.AVRO);
    }

    private byte[] question(String id, RecordMetadata after) {
        return WireCodec.QUERY.encode(
                QueryRecord.newBuilder()
                        .setId(id)
                        .setNamespace(NAMESPACE)
                        .setVector(vector())
                        .setAfter(
                                after == null ? List.of() : List.of(new AfterToken(after.partition(), after.offset())))
                        .build(),
                WireFormat.AVRO);
    }

    private ByteBuffer vector() {
        float[] vector = new float[16];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return Vectors.toBytes(vector);
    }
}
