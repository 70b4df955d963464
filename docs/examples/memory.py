#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A memory from Python, with nothing but a stock Kafka client (kafka-python; Debian: python3-kafka).

Creates a namespace, remembers a few items, and asks for the nearest, reading its own writes:

    ./dormouse up                                             # prints the broker's address
    /usr/bin/python3 docs/examples/memory.py --bootstrap-servers 127.0.0.1:9092

Every record is one JSON object; schemas/README.md lists all fields. A broker that wants TLS or a password: see CLIENT.
"""
import argparse
import json
import time
import uuid

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

# Passed to every client. For a broker that wants to know who asks, for example:
# security_protocol="SASL_SSL", sasl_mechanism="PLAIN", sasl_plain_username="me",
# sasl_plain_password=os.environ["KAFKA_PASSWORD"], ssl_cafile="ca.pem"
CLIENT = {"api_version": (2, 5, 0)}

# In life vectors come from an embedding model; here dimensions are cat, house and code.
ITEMS = [
    {"id": "n1", "vector": [0.9, 0.4, 0.0], "payload": "the cat sat on the mat", "metadata": {"source": "diary"}},
    {"id": "n2", "vector": [0.1, 0.9, 0.0], "payload": "the roof needs repair", "metadata": {"source": "mail"}},
    {"id": "n3", "vector": [0.0, 0.1, 0.9], "payload": "the build is green", "metadata": {"source": "chat"}},
]


class Memory:
    """One namespace of a memory."""

    def __init__(self, bootstrap_servers, namespace, timeout):
        self.namespace = namespace
        self.timeout = timeout
        self.producer = KafkaProducer(
            bootstrap_servers=bootstrap_servers,
            value_serializer=lambda record: json.dumps(record).encode(),
            **CLIENT,
        )
        # Followed from before anything is asked, so that no answer is missed.
        self.results = self._follow(bootstrap_servers, "results")
        self.events = self._follow(bootstrap_servers, "events")

    def create(self, dimension, **settings):
        """Creates the namespace; returns the event that acknowledges or rejects it."""
        command = {"id": str(uuid.uuid4()), "op": "CREATE", "namespace": self.namespace, "dimension": dimension}
        self._send("namespaces", {**command, **settings})
        return self._await(self.events, lambda event: event.get("commandId") == command["id"])

    def remember(self, item):
        """Sends an item; returns its place in Kafka, which a query's `after` may name."""
        place = self._send("ingest", {"namespace": self.namespace, **item})
        return {"partition": place.partition, "offset": place.offset}

    def ask(self, vector, k, after):
        """The k nearest items, from a memory that has applied the records named in `after`."""
        query = {"id": str(uuid.uuid4()), "namespace": self.namespace, "vector": vector, "k": k, "after": after}
        self._send("queries", query)
        answer = self._await(self.results, lambda result: result["queryId"] == query["id"])
        if answer.get("error"):
            raise RuntimeError(answer["error"])
        return answer

    def _send(self, topic, record):
        # Keyed by namespace, so that Kafka keeps the order of its records.
        return self.producer.send(topic, key=self.namespace.encode(), value=record).get(self.timeout)

    def _await(self, consumer, fits):
        deadline = time.monotonic() + self.timeout
        while time.monotonic() < deadline:
            for records in consumer.poll(timeout_ms=200).values():
                for record in records:
                    if fits(record.value):
                        return record.value
        raise TimeoutError(f"no answer within {self.timeout} s: is the job running? ./dormouse watch shows dead letters")

    @staticmethod
    def _follow(bootstrap_servers, topic):
        consumer = KafkaConsumer(bootstrap_servers=bootstrap_servers, value_deserializer=json.loads, **CLIENT)
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
        consumer.assign(partitions)
        consumer.seek_to_end()
        for partition in partitions:
            consumer.position(partition)  # seek_to_end is lazy: resolve it now
        return consumer


def main():
    parser = argparse.ArgumentParser(description="Remembers a few items and asks for the nearest.")
    parser.add_argument("--bootstrap-servers", default="127.0.0.1:9092", help="Kafka broker, host:port")
    parser.add_argument("--namespace", default="python-notes", help="the memory to create and to ask")
    parser.add_argument("--timeout", type=float, default=30, help="longest wait for an answer, in seconds")
    options = parser.parse_args()

    memory = Memory(options.bootstrap_servers, options.namespace, options.timeout)
    event = memory.create(dimension=3, metric="COSINE", itemsMax=1000)
    print(event["type"] + ":", event["message"])

    # The last place in each partition stands for all before it.
    after = {place["partition"]: place for place in map(memory.remember, ITEMS)}

    answer = memory.ask([1.0, 0.5, 0.0], k=2, after=list(after.values()))
    for hit in answer["hits"]:
        print(f"{hit['score']:.3f}  {hit['id']}  {hit['payload']}  {hit['metadata']}")
    if answer["partial"]:
        print("partial:", answer["partialReason"])


if __name__ == "__main__":
    main()
