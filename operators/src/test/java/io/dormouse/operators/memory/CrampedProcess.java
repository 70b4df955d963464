// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static io.dormouse.operators.Samples.ask;
import static io.dormouse.operators.Samples.command;
import static io.dormouse.operators.Samples.erase;
import static io.dormouse.operators.Samples.ids;
import static io.dormouse.operators.Samples.ingest;
import static io.dormouse.operators.Samples.query;
import static io.dormouse.operators.Samples.upsert;
import static io.dormouse.operators.Samples.vector;

import io.dormouse.schema.QueryResult;
import java.util.List;

/** A memory whose hot tier may be larger than its process; {@link MemoryPressureITCase} starts it with little heap. */
public final class CrampedProcess {
    private static final int DIMENSION = 256;
    private static final long CONFIGURED = 4L << 30;

    private final MemoryHarness memory;
    private final long start = System.nanoTime();
    private int levelSeen;
    private int levelAnswered;

    private CrampedProcess(MemoryHarness memory) {
        this.memory = memory;
    }

    public static void main(String[] args) throws Exception {
        int items = Integer.parseInt(args[0]);
        try (MemoryHarness memory = MemoryHarness.start(settings())) {
            CrampedProcess process = new CrampedProcess(memory);
            process.load(items);
            process.recover();
        }
    }

    /** Pages of the usual size, and no sampling. */
    private static MemorySettings settings() {
        MemorySettings usual = MemoryHarness.settings(CONFIGURED, 4 << 20, 1_000);
        return new MemorySettings(
                usual.hotBytesMax(),
                usual.dirtyBytesMax(),
                65_536,
                16_384,
                usual.idleAfter(),
                0,
                usual.profile(),
                usual.tombstoneRetention(),
                usual.deadlineMillis(),
                usual.waitingMax(),
                usual.waitingBytesMax(),
                usual.batchBudget(),
                usual.cold(),
                usual.namespaces(),
                usual.resultFormat(),
                usual.eventFormat(),
                usual.deadLetters());
    }

    private void load(int items) throws Exception {
        int wrong = 0;
        for (int i = 0; i < items; i++) {
            memory.send(ingest(upsert("docs", "i" + i, vector(DIMENSION, i)), 0, i));
            memory.runMails();
            pass();
            if (i % 100 == 0) {
                wrong += right(i / 2) ? 0 : 1;
            }
        }
        System.out.println("wrong=" + wrong);
        System.out.println("level=" + levelSeen);
        System.out.println("answered=" + levelAnswered);
        System.out.println("limit=" + memory.gauge("hotBytesMax"));
    }

    private boolean right(int item) throws Exception {
        memory.send(ask(query("q" + item, "docs", 1, vector(DIMENSION, item)).setRecallTarget(1f), 0, 1, now()));
        List<QueryResult> answers = memory.answers();
        levelAnswered = Math.max(levelAnswered, answers.get(0).getMemoryPressure());
        return ids(answers.get(0)).equals(List.of("i" + item))
                && !answers.get(0).getPartial();
    }

    /** Lets go of everything, as when a namespace is erased: pressure ends. */
    private void recover() throws Exception {
        memory.send(command(erase("e", "docs"), 1));
        for (int i = 0; i < 200 && memory.gauge("hotBytesMax") < CONFIGURED; i++) {
            System.gc();
            Thread.sleep(20);
            pass();
        }
        System.out.println("restored=" + (memory.gauge("hotBytesMax") == CONFIGURED));
        System.out.println("levelAfter=" + memory.gauge("memoryPressure"));
    }

    private void pass() throws Exception {
        memory.setProcessingTime(now());
        levelSeen = Math.max(levelSeen, (int) memory.gauge("memoryPressure"));
    }

    /** A clock that runs ten times as fast. */
    private long now() {
        return 1_000 + (System.nanoTime() - start) / 100_000;
    }
}
