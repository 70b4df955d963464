// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.namespaces;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** How much of the heap was in use after each collection. */
final class HeapWatch {
    private static final int COLLECTIONS = 3;

    private final AtomicLong peak = new AtomicLong();

    HeapWatch() {
        Set<String> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getName)
                .collect(Collectors.toSet());
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector)
                    .addNotificationListener(
                            (notification, handback) -> {
                                long used = GarbageCollectionNotificationInfo.from(
                                                (CompositeData) notification.getUserData())
                                        .getGcInfo()
                                        .getMemoryUsageAfterGc()
                                        .entrySet()
                                        .stream()
                                        .filter(pool -> heap.contains(pool.getKey()))
                                        .mapToLong(pool -> pool.getValue().getUsed())
                                        .sum();
                                peak.accumulateAndGet(used, Math::max);
                            },
                            notification -> notification
                                    .getType()
                                    .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION),
                            null);
        }
    }

    /** The most that was left by a collection so far, in bytes; garbage that it did not look at included. */
    long peak() {
        return peak.get();
    }

    /** Bytes in use after a full collection now. */
    long used() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** The limit, in bytes. */
    long max() {
        return Runtime.getRuntime().maxMemory();
    }
}
