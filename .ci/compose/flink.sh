#!/bin/bash
# Stands in for the start of the image flink, whose distribution Maven Central does not have: treats FLINK_PROPERTIES,
# ENABLE_BUILT_IN_PLUGINS and FLINK_ENV_JAVA_OPTS_TM as that does.
set -euo pipefail
for plugin in ${ENABLE_BUILT_IN_PLUGINS//;/ }; do
  mkdir -p "/opt/flink/plugins/${plugin%.jar}"
  ln -sf "/opt/flink/opt/$plugin" "/opt/flink/plugins/${plugin%.jar}/"
done
export FLINK_CONF_DIR=/opt/flink/conf FLINK_LIB_DIR=/opt/flink/lib FLINK_PLUGINS_DIR=/opt/flink/plugins
mkdir -p "$FLINK_CONF_DIR"
{
  echo "jobmanager.rpc.address: $JOB_MANAGER_RPC_ADDRESS"
  echo "rest.bind-address: 0.0.0.0"
  echo "jobmanager.bind-host: 0.0.0.0"
  echo "taskmanager.bind-host: 0.0.0.0"
  # Blanks are taken out, and what YAML would read in another way is quoted.
  tr -d ' \t' <<<"$FLINK_PROPERTIES" | sed -n "s/^\([^:]*\):\(.*\)\$/\1: '\2'/p"
} >"$FLINK_CONF_DIR/config.yaml"

mode=$1
shift
opens="-Dlog4j2.level=INFO --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.util=ALL-UNNAMED
  --add-opens=java.base/java.util.concurrent=ALL-UNNAMED --add-opens=java.base/java.nio=ALL-UNNAMED"
resources() {
  java -cp '/opt/flink/lib/*' org.apache.flink.runtime.util.bash.BashJavaUtils "$1" --configDir "$FLINK_CONF_DIR" |
    sed -n 's/^BASH_JAVA_UTILS_EXEC_RESULT://p'
}
# shellcheck disable=SC2086 # words are meant to be split
if [ "$mode" = standalone-job ]; then
  { read -r jvm; read -r dynamic || true; } < <(resources GET_JM_RESOURCE_PARAMS)
  exec java $jvm $opens -cp '/opt/flink/lib/*' \
    org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint \
    --configDir "$FLINK_CONF_DIR" $dynamic "$@"
else
  { read -r jvm; read -r dynamic || true; } < <(resources GET_TM_RESOURCE_PARAMS)
  exec java $jvm $opens ${FLINK_ENV_JAVA_OPTS_TM:-} -cp '/opt/flink/lib/*' \
    org.apache.flink.runtime.taskexecutor.TaskManagerRunner --configDir "$FLINK_CONF_DIR" $dynamic
fi
