// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import io.dormouse.state.cold.ColdStore;
import io.dormouse.state.cold.ColdThreads;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.concurrent.ExecutorThreadFactory;

/** What one operator instance needs to speak with object storage: the store, and the threads that wait for it. */
public final class ColdIo implements AutoCloseable {
    private final ColdStore store;
    private final ThreadPoolExecutor threads;

    /** @param cluster the cluster's configuration, for the options {@code s3.*} */
    public ColdIo(ColdSettings settings, Configuration cluster, String name) throws IOException {
        store = ColdStores.open(
                settings.path(), cluster, new ColdTimeouts(settings.readTimeout(), Duration.ofMinutes(1)));
        threads = new ThreadPoolExecutor(
                settings.threads(),
                settings.threads(),
                10,
                TimeUnit.SECONDS,
                new PriorityBlockingQueue<>(),
                new ExecutorThreadFactory("dormouse-cold-" + name));
        threads.allowCoreThreadTimeOut(true);
    }

    public ColdStore store() {
        return store;
    }

    public ColdThreads threads() {
        return threads::execute;
    }

    /** An executor that runs tasks on the task thread, and drops them once that is gone. */
    public static Executor owner(Executor mailbox) {
        return task -> {
            try {
                mailbox.execute(task);
            } catch (RejectedExecutionException e) {
                // the task is ending: nobody waits any more
            }
        };
    }

    @Override
    public void close() {
        threads.shutdownNow();
        store.close();
    }
}
