// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.state.shard.ShardKey;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Where an instance of the operator runs, and which share of the keys is its own.
 *
 * @param job the job
 * @param run names this execution of the job: a JobManager that takes over the job counts its attempts from 0 again
 * @param task the instance
 * @param cluster configuration of the TaskManager
 */
record TaskPlace(JobInfo job, String run, TaskInfo task, Configuration cluster) {
    static TaskPlace of(Environment environment) {
        return new TaskPlace(
                environment.getJobInfo(),
                run(environment.getExecutionId()),
                environment.getTaskInfo(),
                new Configuration(environment.getTaskManagerInfo().getConfiguration()));
    }

    /** The first part of an attempt's id is that of the execution graph, which is new with each JobManager. */
    private static String run(ExecutionAttemptID attempt) {
        String id = attempt.toString();
        return id.substring(0, id.indexOf('_'));
    }

    /** Slots that share the TaskManager. */
    int slots() {
        return Math.max(1, cluster.get(TaskManagerOptions.NUM_TASK_SLOTS));
    }

    /** Names this attempt of this instance: repeated answers differ in it. */
    String attempt() {
        return run + "/" + task.getIndexOfThisSubtask() + "/" + task.getAttemptNumber();
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
