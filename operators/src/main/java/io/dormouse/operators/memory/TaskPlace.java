// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.state.shard.ShardKey;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Where an instance of the operator runs, and which share of the keys is its own.
 *
 * @param job the job
 * @param task the instance
 * @param cluster configuration of the TaskManager
 */
record TaskPlace(JobInfo job, TaskInfo task, Configuration cluster) {
    static TaskPlace of(Environment environment) {
        return new TaskPlace(
                environment.getJobInfo(),
                environment.getTaskInfo(),
                new Configuration(environment.getTaskManagerInfo().getConfiguration()));
    }

    /** Slots that share the TaskManager. */
    int slots() {
        return Math.max(1, cluster.get(TaskManagerOptions.NUM_TASK_SLOTS));
    }

    /** Names this attempt of this instance: repeated answers differ in it. */
    String attempt() {
        return job.getJobId() + "/" + task.getIndexOfThisSubtask() + "/" + task.getAttemptNumber();
    }

    /** Key groups of the operator. */
    int maxParallelism() {
        return task.getMaxNumberOfParallelSubtasks();
    }

    KeyGroupRange keyGroupRange() {
        return KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                maxParallelism(), task.getNumberOfParallelSubtasks(), task.getIndexOfThisSubtask());
    }

    OperatorKeyGroups keyGroups() {
        return new OperatorKeyGroups(keyGroupRange(), maxParallelism());
    }

    /** Whether a shard is kept by this instance. */
    boolean owns(ShardKey shard) {
        int owner = KeyGroupRangeAssignment.assignKeyToParallelOperator(
                shard, maxParallelism(), task.getNumberOfParallelSubtasks());
        return owner == task.getIndexOfThisSubtask();
    }
}
