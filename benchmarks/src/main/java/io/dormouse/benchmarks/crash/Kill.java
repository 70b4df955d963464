// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.crash;

import io.dormouse.state.fault.FaultPoint;
import java.util.List;

/** What is killed, and when. */
public enum Kill {
    TASK_MANAGER("the TaskManager", null, 0),
    IN_SPLIT("the TaskManager in a split", FaultPoint.SPLIT_DRAINS, 500),
    IN_DEMOTION("the TaskManager in a demotion", FaultPoint.PAGE_LEAVES, 20),
    IN_PROMOTION("the TaskManager in a promotion", FaultPoint.PAGE_COMES_BACK, 5),
    IN_CHECKPOINT("the TaskManager in a checkpoint", FaultPoint.CHECKPOINT_FLUSHED, 7),
    IN_RESTORE("the TaskManager in a restore", FaultPoint.STATE_RESTORED, 2),
    JOB_MANAGER("the JobManager", null, 0),
    BROKER("the broker", null, 0),
    OBJECT_STORE("the object store", null, 0);

    /**
     * One of each, and the TaskManager twice. After each loss of the TaskManager the next one is started with the fault point
     * of the kill that follows, so that nothing else need be killed for it.
     */
    public static final List<Kill> ROUND = List.of(
            TASK_MANAGER,
            IN_SPLIT,
            IN_DEMOTION,
            IN_PROMOTION,
            IN_CHECKPOINT,
            IN_RESTORE,
            JOB_MANAGER,
            BROKER,
            OBJECT_STORE,
            TASK_MANAGER);

    private final String description;
    private final FaultPoint point;
    private final int times;

    Kill(String description, FaultPoint point, int times) {
        this.description = description;
        this.point = point;
        this.times = times;
    }

    /** In words. */
    public String description() {
        return description;
    }

    /** Where the process halts by itself; null = it is killed from outside. */
    FaultPoint point() {
        return point;
    }

    /** The option of the process that is to halt there. */
    String[] jvmOptions() {
        return point == null ? new String[0] : new String[] {"-Ddormouse.fault-point=" + point + "@" + times + "!"};
    }
}
