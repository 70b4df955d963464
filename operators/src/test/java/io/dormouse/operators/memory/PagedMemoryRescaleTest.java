// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static io.dormouse.operators.Samples.after;
import static io.dormouse.operators.Samples.ask;
import static io.dormouse.operators.Samples.create;
import static io.dormouse.operators.Samples.ids;
import static io.dormouse.operators.Samples.ingest;
import static io.dormouse.operators.Samples.query;
import static io.dormouse.operators.Samples.upsert;
import static io.dormouse.operators.Samples.vector;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.Samples;
import io.dormouse.operators.record.PartialAnswer;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.shard.ShardKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One instance becomes two and one again, in the middle of the stream: nothing is lost, nothing is there twice. */
class PagedMemoryRescaleTest {
    private static final int DIMENSION = 8;
    private static final int NAMESPACES = 12;
    private static final int PARTITIONS = 5;
    private static final int WAITED_FOR = 10_000;
    private static final long START = 1_000_000;

    private final List<MemoryHarness> instances = new ArrayList<>();

    @AfterEach
    void closeAll() {
        instances.forEach(MemoryHarness::close);
    }

    @Test
    void nothingIsLostOrDoubledFromOneToTwoToOne() throws Exception {
        instances.add(MemoryHarness.start(MemoryHarness.settings()));
        instances.get(0).setProcessingTime(START);
        instances.get(0).createSpread(create("c", "spread", DIMENSION, PARTITIONS), 1);
        fill(0, 200);
        askAndWait();
        scaleTo(2);
        fill(200, 400);
        assertThat(instances)
                .allSatisfy(instance -> assertThat(shardsOwned(instance)).isPositive());
        scaleTo(1);
        fill(400, 500);
        Map<String, List<String>> rescaled = contents();
        assertThat(applyWaitedFor()).isEqualTo(1);

        closeAll();
        instances.clear();
        instances.add(MemoryHarness.start(MemoryHarness.settings()));
        instances.get(0).createSpread(create("c", "spread", DIMENSION, PARTITIONS), 1);
        fill(0, 500);
        assertThat(rescaled).isEqualTo(contents());
        assertThat(rescaled.values().stream().mapToInt(List::size).sum()).isEqualTo(500);
    }

    @Test
    void aWaitingQueryMovesWithItsShardAndIsAnsweredOnceByItsNewOwner() throws Exception {
        instances.add(MemoryHarness.start(MemoryHarness.settings()));
        instances.get(0).setProcessingTime(START);
        fill(0, 40);
        for (int n = 0; n < NAMESPACES; n++) {
            send(ask(waiting("w" + n, "ns-" + n), 0, 1, START));
        }
        scaleTo(2);
        for (MemoryHarness instance : instances) {
            instance.setProcessingTime(START + 20_000);
        }

        List<String> answered = new ArrayList<>();
        for (MemoryHarness instance : instances) {
            List<QueryResult> answers = instance.answers();
            assertThat(answers).isNotEmpty().allMatch(QueryResult::getPartial);
            answers.forEach(answer -> answered.add(answer.getQueryId()));
        }
        assertThat(answered).hasSize(NAMESPACES).doesNotHaveDuplicates();
    }

    @Test
    void everyInstanceKnowsTheTopologyAfterRescaling() throws Exception {
        instances.add(MemoryHarness.start(MemoryHarness.settings()));
        instances.get(0).createSpread(create("c", "spread", DIMENSION, PARTITIONS), 1);
        scaleTo(2);
        int words = 0;
        for (MemoryHarness instance : instances) {
            instance.send(Samples.command(Samples.alter("a", "spread").setItemsMax(50L), 9));
            words += instance.acknowledgements().size();
        }
        assertThat(words).isEqualTo(PARTITIONS);
    }

    private void scaleTo(int parallelism) throws Exception {
        OperatorSubtaskState[] states = new OperatorSubtaskState[instances.size()];
        for (int i = 0; i < states.length; i++) {
            states[i] = instances.get(i).snapshot(1, 1);
        }
        OperatorSubtaskState all = AbstractStreamOperatorTestHarness.repackageState(states);
        closeAll();
        instances.clear();
        for (int index = 0; index < parallelism; index++) {
            MemoryHarness instance =
                    MemoryHarness.rescaled(MemoryHarness.settings(), all, states.length, parallelism, index);
            instance.setProcessingTime(START);
            instances.add(instance);
        }
    }

    private void fill(int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            String id = "id-" + i;
            boolean spread = i % 3 == 0;
            int shard = spread ? ShardKey.partitionOf(id, PARTITIONS) : 0;
            String namespace = spread ? "spread" : "ns-" + i % NAMESPACES;
            send(ingest(upsert(namespace, id, vector(DIMENSION, i)), shard, i));
        }
    }

    private void askAndWait() throws Exception {
        send(ask(waiting("w", "ns-1"), 0, 1, START));
    }

    private static QueryRecord.Builder waiting(String id, String namespace) {
        return query(id, namespace, 1, vector(DIMENSION, 1)).setAfter(List.of(after(0, WAITED_FOR)));
    }

    /** Answers that come when the record that a query waits for does. */
    private int applyWaitedFor() throws Exception {
        send(Samples.progress("ns-1", 0, WAITED_FOR));
        int answers = 0;
        for (MemoryHarness instance : instances) {
            answers += instance.answers().size();
        }
        return answers;
    }

    /** The ids of every shard, in order, as its owner finds them. */
    private Map<String, List<String>> contents() throws Exception {
        Map<String, List<String>> contents = new TreeMap<>();
        for (int n = 0; n < NAMESPACES; n++) {
            String namespace = "ns-" + n;
            if (n % 3 != 0) {
                contents.put(namespace, found(namespace, 0, 1));
            }
        }
        for (int partition = 0; partition < PARTITIONS; partition++) {
            contents.put("spread/" + partition, found("spread", partition, PARTITIONS));
        }
        return contents;
    }

    private List<String> found(String namespace, int shard, int parts) throws Exception {
        ShardRecord query = ask(query("all", namespace, 1_000, vector(DIMENSION, 1)), shard, parts, START);
        MemoryHarness owner = owner(query);
        owner.send(query);
        if (parts == 1) {
            return ids(owner.answers().get(0)).stream().sorted().toList();
        }
        PartialAnswer part = owner.partials().get(0);
        return ids(Samples.read(WireCodec.RESULT, part.result(), WireFormat.AVRO)).stream()
                .sorted()
                .toList();
    }

    private static long shardsOwned(MemoryHarness instance) {
        return IntStream.range(0, NAMESPACES)
                .filter(n -> n % 3 != 0 && instance.owns(new ShardKey("ns-" + n, 0)))
                .count();
    }

    private void send(ShardRecord record) throws Exception {
        owner(record).send(record);
    }

    private MemoryHarness owner(ShardRecord record) {
        return instances.stream()
                .filter(instance -> instance.owns(record.shard()))
                .findFirst()
                .orElseThrow();
    }
}
