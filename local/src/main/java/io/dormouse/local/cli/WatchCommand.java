// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.local.Topics;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows live what a memory does. */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        header = "Live view of a memory: topics, answers, latencies, tiers, dead letters, events.",
        description = "Reads the topics from now on and redraws every second until Ctrl-C. The latency of an answer is"
                + " from the query's Kafka timestamp to its arrival here, so the clocks of the asker and of this"
                + " machine must agree.")
public final class WatchCommand implements Callable<Integer> {
    @Option(names = "--once", description = "Watch for one interval, print one picture, and end.")
    private boolean once;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "Seconds between pictures (default ${DEFAULT-VALUE}).")
    private int intervalSeconds;

    @Mixin
    private BrokerOption broker;

    @Override
    public Integer call() throws InterruptedException {
        Screen screen = Screen.standard();
        CountDownLatch stop = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(stop::countDown, "stop"));
        try (MemoryWatch watch = new MemoryWatch(broker.broker(), Topics.defaults())) {
            do {
                boolean stopped = stop.await(Math.max(1, intervalSeconds), TimeUnit.SECONDS);
                if (stopped) {
                    break;
                }
                screen.frame(WatchFrame.text(watch.next(), screen.columns()));
            } while (!once);
        }
        return 0;
    }
}
