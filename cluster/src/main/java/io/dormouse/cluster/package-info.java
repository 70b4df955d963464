// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A Kafka broker, ZooKeeper and Flink's JobManager and TaskManagers as processes of their own on 127.0.0.1, each to be
 * killed and started again. They are the real programs with the libraries of a distribution; nothing of Dormouse is on
 * their class paths but the {@code main} that ends them with this process, so a job comes to them as its jar.
 */
package io.dormouse.cluster;
