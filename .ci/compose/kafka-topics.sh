#!/bin/bash
# Stands in for kafka-topics.sh.
exec java -Xmx128m -cp '/opt/kafka/libs/*:/opt/kafka/topics' Topics "$@"
