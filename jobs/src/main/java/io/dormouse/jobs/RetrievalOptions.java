// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.dormouse.operators.namespace.DefaultCode;
import io.dormouse.schema.Limits;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.page.Profile;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.connector.base.DeliveryGuarantee;

/**
 * Every option of the retrieval job. {@code docs/configuration.md} is generated from this class; the job also takes any
 * option of Flink's own under its own name.
 */
public final class RetrievalOptions {
    // ------------------------------------------------------------ kafka
    public static final ConfigOption<String> BOOTSTRAP_SERVERS = key("kafka.bootstrap-servers")
            .stringType()
            .defaultValue("localhost:9092")
            .withDescription("Brokers to start from, host:port, comma separated.");
    public static final ConfigOption<Boolean> CHECK_TOPICS = key("kafka.check-topics")
            .booleanType()
            .defaultValue(true)
            .withDescription(
                    "Whether to look for the brokers and topics before the job is submitted. Say false where only "
                            + "the cluster reaches the brokers.");
    public static final ConfigOption<String> GROUP = key("kafka.group")
            .stringType()
            .defaultValue("dormouse")
            .withDescription("Consumer group whose offsets are published; state keeps its own.");
    public static final ConfigOption<Map<String, String>> KAFKA_PROPERTIES = key("kafka.properties")
            .mapType()
            .defaultValue(Map.of())
            .withDescription("Properties passed to every Kafka client, each as kafka.properties.NAME, e.g. "
                    + "kafka.properties.security.protocol. Those that are secret belong into the file, never into "
                    + "arguments, which Flink shows.");

    // ------------------------------------------------------------ topics
    public static final ConfigOption<String> INGEST_TOPIC =
            topic("ingest", "Items to remember and to forget, keyed by namespace.");
    public static final ConfigOption<String> QUERIES_TOPIC = topic("queries", "Questions.");
    public static final ConfigOption<String> NAMESPACES_TOPIC =
            topic("namespaces", "Commands that create, alter and erase namespaces. Give it one partition.");
    public static final ConfigOption<String> RESULTS_TOPIC = topic("results", "Answers, keyed by query id.");
    public static final ConfigOption<String> DEAD_LETTERS_TOPIC =
            topic("dead-letters", "Records that could not be applied, and why.");
    public static final ConfigOption<String> EVENTS_TOPIC = topic("events", "What the job did.");

    // ------------------------------------------------------------ formats
    public static final ConfigOption<WireFormat> INGEST_FORMAT = inputFormat("ingest");
    public static final ConfigOption<WireFormat> QUERIES_FORMAT = inputFormat("queries");
    public static final ConfigOption<WireFormat> NAMESPACES_FORMAT = inputFormat("namespaces");
    public static final ConfigOption<WireFormat> RESULTS_FORMAT = outputFormat("results");
    public static final ConfigOption<WireFormat> DEAD_LETTERS_FORMAT = outputFormat("dead-letters");
    public static final ConfigOption<WireFormat> EVENTS_FORMAT = outputFormat("events");

    // ------------------------------------------------------------ results
    public static final ConfigOption<DeliveryGuarantee> RESULTS_DELIVERY = key("results.delivery")
            .enumType(DeliveryGuarantee.class)
            .defaultValue(DeliveryGuarantee.AT_LEAST_ONCE)
            .withDescription(
                    "exactly-once shows results only when a checkpoint completes, which costs up to one "
                            + "checkpoint interval of latency; at-least-once lets readers drop repeats by query id and attempt.");
    public static final ConfigOption<Duration> RESULTS_LINGER = key("results.linger")
            .durationType()
            .defaultValue(Duration.ZERO)
            .withDescription("How long the producer may wait to fill a batch: 0 for latency, 5 ms for throughput.");
    public static final ConfigOption<Integer> QUERY_DEADLINE_MILLIS = key("query.deadline-millis")
            .intType()
            .defaultValue(10_000)
            .withDescription("How long a query may wait, unless it says otherwise; then it is answered partial.");
    public static final ConfigOption<Integer> WAITING_MAX = key("query.waiting-max")
            .intType()
            .defaultValue(10_000)
            .withDescription(
                    "Records one operator instance lets wait: queries for ingest (further ones are answered at "
                            + "once, partial), and ingest for a partition still to be made (further ones become dead letters).");
    public static final ConfigOption<MemorySize> WAITING_BYTES = key("query.waiting-bytes")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(64))
            .withDescription("Bytes of state that the records of query.waiting-max may take together.");
    public static final ConfigOption<Duration> BATCH_BUDGET = key("query.batch-budget")
            .durationType()
            .defaultValue(Duration.ofMillis(2))
            .withDescription(
                    "Time from the first of queries that are answered together to the last answer. Queries that queue "
                            + "form a batch; its size, 1 to 64, grows while batches take less than 70 % of this and "
                            + "shrinks above 95 %. A query that comes alone never waits for others.");

    // ------------------------------------------------------------ namespaces
    public static final ConfigOption<Metric> DEFAULT_METRIC = key("namespace.metric")
            .enumType(Metric.class)
            .defaultValue(Metric.COSINE)
            .withDescription("Metric of a namespace that does not name one.");
    public static final ConfigOption<DefaultCode> DEFAULT_CODE = key("namespace.code")
            .enumType(DefaultCode.class)
            .defaultValue(DefaultCode.AUTO)
            .withDescription("Code of the scan pages of a namespace that does not name one. auto: INT8 below 512 "
                    + "dimensions, RABITQ from there on if memory.profile has it.");
    public static final ConfigOption<Float> DEFAULT_RECALL = key("namespace.recall-target")
            .floatType()
            .defaultValue(0.98f)
            .withDescription("Share of the true nearest k that a query should find unless its namespace or the query "
                    + "itself says otherwise; above 0, at most 1.");
    public static final ConfigOption<Duration> TOMBSTONE_RETENTION = key("namespace.tombstone-retention")
            .durationType()
            .defaultValue(Duration.ofDays(7))
            .withDescription("How long the deletion of an item with a version is remembered, so that an older version "
                    + "arriving late does not bring it back.");

    // ------------------------------------------------------------ memory
    public static final ConfigOption<MemorySize> HOT_BYTES = key("memory.hot-bytes-max")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(512))
            .withDescription("Heap for the hot tier of one TaskManager, shared by its slots. Leave as much heap again "
                    + "to Flink.");
    public static final ConfigOption<Duration> IDLE_AFTER = key("memory.idle-after")
            .durationType()
            .defaultValue(Duration.ofMinutes(5))
            .withDescription("A namespace that nobody has used for so long leaves the heap altogether; before, when "
                    + "room is needed. The next record or query wakes it by one read from RocksDB.");
    public static final ConfigOption<MemorySize> DIRTY_BYTES = key("memory.dirty-bytes-max")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(1))
            .withDescription("Changed bytes an operator instance holds before it writes behind: what a checkpoint has "
                    + "to flush at most.");
    public static final ConfigOption<MemorySize> SCAN_PAGE_BYTES = key("memory.scan-page-bytes")
            .memoryType()
            .defaultValue(new MemorySize(32_768))
            .withDescription("Size of a scan page, at most 64 kb. Smaller pages score fewer rows per query and rank "
                    + "more centroids.");
    public static final ConfigOption<MemorySize> RAW_PAGE_BYTES = key("memory.raw-page-bytes")
            .memoryType()
            .defaultValue(new MemorySize(16_384))
            .withDescription("Size of a raw page, which holds exact vectors in order of arrival. Kept by a namespace "
                    + "from its creation.");
    public static final ConfigOption<Double> RECALL_SAMPLING_SHARE = key("memory.recall-sampling-share")
            .doubleType()
            .defaultValue(0.01)
            .withDescription(
                    "Share of one core's time that an operator instance spends on running answered queries again "
                            + "exactly: that measures live recall, calibrates how many pages are probed, and holds recall at its "
                            + "target. 0 turns it off.");

    public static final ConfigOption<Profile> PROFILE = key("memory.profile")
            .enumType(Profile.class)
            .defaultValue(Profile.FULL)
            .withDescription(
                    "What pages may need of their reader. core: INT8, up to 768 dimensions; hot: adds PQ, up to "
                            + "1,024 dimensions; full: everything. Namespaces that need more are refused, and pages that need "
                            + "more are never read.");

    // ------------------------------------------------------------ cold tier
    public static final ConfigOption<String> COLD_PATH = key("memory.cold-path")
            .stringType()
            .defaultValue("")
            .withDescription("Object storage for raw pages that nobody uses: s3://bucket/path, or file:///folder that "
                    + "every TaskManager sees. Empty: they stay in RocksDB. Never give two jobs the same path.");
    public static final ConfigOption<Duration> COLD_AGE = key("memory.cold-age")
            .durationType()
            .defaultValue(Duration.ofMinutes(5))
            .withDescription("How long a raw page must not have been used before it goes to object storage; it goes "
                    + "within twice that time.");
    public static final ConfigOption<Duration> WARM_AGE = key("memory.warm-age")
            .durationType()
            .defaultValue(Duration.ofMinutes(1))
            .withDescription("How long a raw page must not have been used before it may go to object storage ahead of "
                    + "memory.cold-age: because none of its items has an importance of 0.2 or more, or because "
                    + "memory.warm-bytes-max is exceeded.");
    public static final ConfigOption<MemorySize> WARM_BYTES = key("memory.warm-bytes-max")
            .memoryType()
            .defaultValue(MemorySize.ZERO)
            .withDescription(
                    "What raw pages and items may take in RocksDB, of one operator instance. Above it pages go "
                            + "to object storage as soon as memory.warm-age allows. 0: any amount.");
    public static final ConfigOption<MemorySize> COLD_SEGMENT_BYTES = key("memory.cold-segment-bytes")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(4))
            .withDescription("Size of an object of many pages, before compression.");
    public static final ConfigOption<MemorySize> COLD_HEAP_BYTES = key("memory.cold-heap-bytes-max")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(32))
            .withDescription(
                    "Heap of one operator instance for pages that were fetched for queries still waiting. "
                            + "Queries that need more are answered partial; from three quarters on, those that begin to need some.");
    public static final ConfigOption<Integer> COLD_THREADS = key("memory.cold-threads")
            .intType()
            .defaultValue(16)
            .withDescription("Requests to object storage at a time, of one operator instance.");
    public static final ConfigOption<Duration> COLD_READ_TIMEOUT = key("memory.cold-read-timeout")
            .durationType()
            .defaultValue(Duration.ofSeconds(10))
            .withDescription("How long reading a page from object storage may take.");

    // ------------------------------------------------------------ limits
    public static final ConfigOption<Integer> DIMENSION_MAX =
            limit("dimension-max", Limits.DEFAULTS.dimensionMax(), "Dimensions of a vector.");
    public static final ConfigOption<Integer> K_MAX = limit("k-max", Limits.DEFAULTS.kMax(), "Hits of a query.");
    public static final ConfigOption<Integer> PAYLOAD_BYTES_MAX =
            limit("payload-bytes-max", Limits.DEFAULTS.payloadBytesMax(), "Bytes of a payload.");
    public static final ConfigOption<Integer> RECORD_BYTES_MAX =
            limit("record-bytes-max", Limits.DEFAULTS.recordBytesMax(), "Bytes of a record of any input topic.");

    private RetrievalOptions() {}

    private static ConfigOption<String> topic(String name, String description) {
        return key("topics." + name).stringType().defaultValue(name).withDescription(description);
    }

    private static ConfigOption<WireFormat> inputFormat(String topic) {
        return key("format." + topic)
                .enumType(WireFormat.class)
                .defaultValue(WireFormat.AUTO)
                .withDescription("Form of the records of this topic; auto takes each record for what it looks like.");
    }

    private static ConfigOption<WireFormat> outputFormat(String topic) {
        return key("format." + topic)
                .enumType(WireFormat.class)
                .defaultValue(WireFormat.JSON)
                .withDescription("Form in which this topic is written: avro or json.");
    }

    private static ConfigOption<Integer> limit(String name, int value, String description) {
        return key("limits." + name).intType().defaultValue(value).withDescription(description);
    }
}
