// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.operator;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.checkpoint.AbstractCheckpointStats;
import org.apache.flink.runtime.checkpoint.CheckpointStatsStatus;
import org.apache.flink.runtime.checkpoint.SubtaskStateStats;
import org.apache.flink.runtime.checkpoint.TaskStateStats;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionJobVertex;
import org.apache.flink.runtime.minicluster.MiniCluster;

/**
 * One completed checkpoint, as Flink's own statistics tell of it.
 *
 * @param id its number
 * @param durationMillis from its trigger to the last acknowledgement
 * @param newBytes what was written for it
 * @param stateBytes what it refers to
 * @param syncMillis per instance of the paged memory, how long its task was held by the synchronous part
 */
public record Checkpoint(long id, long durationMillis, long newBytes, long stateBytes, List<Long> syncMillis) {

    /** The completed checkpoints of a job that have a larger number than {@code after}, oldest first. */
    static List<Checkpoint> of(MiniCluster cluster, JobID job, long after) {
        AccessExecutionGraph graph = cluster.getExecutionGraph(job).join();
        List<Checkpoint> completed = new ArrayList<>();
        for (AbstractCheckpointStats stats :
                graph.getCheckpointStatsSnapshot().getHistory().getCheckpoints()) {
            if (stats.getCheckpointId() > after && stats.getStatus() == CheckpointStatsStatus.COMPLETED) {
                completed.add(0, of(graph, stats));
            }
        }
        return completed;
    }

    private static Checkpoint of(AccessExecutionGraph graph, AbstractCheckpointStats stats) {
        List<Long> sync = new ArrayList<>();
        for (AccessExecutionJobVertex vertex : graph.getVerticesTopologically()) {
            TaskStateStats task = stats.getTaskStateStats(vertex.getJobVertexId());
            if (task != null && vertex.getName().startsWith("paged memory")) {
                for (SubtaskStateStats subtask : task.getSubtaskStats()) {
                    sync.add(subtask.getSyncCheckpointDuration());
                }
            }
        }
        return new Checkpoint(
                stats.getCheckpointId(),
                stats.getEndToEndDuration(),
                stats.getCheckpointedSize(),
                stats.getStateSize(),
                sync);
    }
}
