#!/bin/bash
# Stands in for the start of the image apache/kafka: variables KAFKA_X_Y become properties x.y.
set -euo pipefail
unset KAFKA_HEAP
env | grep '^KAFKA_' | grep -v '^KAFKA_HEAP_OPTS=' | while IFS='=' read -r name value; do
  echo "$(echo "${name#KAFKA_}" | tr 'A-Z_' 'a-z.')=$value"
done >/tmp/server.properties
# shellcheck disable=SC2086 # words are meant to be split
run() { exec java $KAFKA_HEAP_OPTS -cp '/opt/kafka/libs/*' "$@"; }
if [ ! -f "$KAFKA_LOG_DIRS/meta.properties" ]; then
  (run kafka.tools.StorageTool format --cluster-id "$CLUSTER_ID" --config /tmp/server.properties)
fi
run kafka.Kafka /tmp/server.properties
