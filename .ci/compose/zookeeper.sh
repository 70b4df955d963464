#!/bin/bash
# Stands in for the start of the image zookeeper, by the ZooKeeper that Flink brings along.
set -euo pipefail
# shellcheck disable=SC2086 # words are meant to be split
exec java ${JVMFLAGS:-} -Dzookeeper.admin.enableServer=false -cp '/opt/flink/lib/*' \
  org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.ZooKeeperServerMain 2181 /data
