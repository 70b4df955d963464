// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.load;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How much of the machine others took while something was measured: what was measured then is as noisy as that is high. */
public final class OtherLoad {
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final long startNanos = System.nanoTime();
    private final long startCpuNanos = system.getProcessCpuTime();

    /** Starts to measure. */
    public OtherLoad() {
        system.getCpuLoad(); // which tells of the time since the last call
    }

    /** Share of all cores that other processes took, 0 to 1. */
    public double share() {
        double cores = Runtime.getRuntime().availableProcessors();
        double own = (system.getProcessCpuTime() - startCpuNanos) / cores / (System.nanoTime() - startNanos);
        return Math.max(0, system.getCpuLoad() - own);
    }
}
