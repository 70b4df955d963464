// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs.audit;

import io.dormouse.jobs.RetrievalJob;
import io.dormouse.operators.record.RecordTypes;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.SavepointReader;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * What a memory holds, as its savepoint or checkpoint has it: two runs over the same records must end with the same
 * digest, however they were interrupted, rescaled and restored between.
 *
 * @param items items alive that can be read in full
 * @param namespaces namespaces that exist
 * @param shards their shards
 * @param sum order-independent digest of all items, 64 hexadecimal digits; see {@link ItemSum} for what it covers
 * @param faults things that do not fit together; 0 in a sound memory
 * @param examples some of the faults, in words
 */
public record StateDigest(long items, int namespaces, int shards, String sum, long faults, List<String> examples) {
    public StateDigest {
        examples = List.copyOf(examples);
    }

    /**
     * Reads a savepoint or checkpoint, in this process.
     *
     * @param path its folder, or its {@code _metadata} file; a path or a URI of a file system that Flink knows
     * @throws IllegalArgumentException when there is none at that path, or it is not one of the retrieval job
     */
    public static StateDigest of(String path) throws Exception {
        return of(path, "", new Configuration());
    }

    /**
     * As {@link #of(String)}, of a memory with a cold tier.
     *
     * @param coldPath where its cold pages lie, as in {@code memory.cold-path}; empty = it has none
     * @param cluster the options {@code s3.*} by which it is reached
     */
    public static StateDigest of(String path, String coldPath, Configuration cluster) throws Exception {
        Configuration config = new Configuration();
        config.set(PipelineOptions.GENERIC_TYPES, false);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, config);
        env.setRuntimeMode(RuntimeExecutionMode.BATCH);
        Total total = new Total();
        LocalResults.run(
                "digest " + path,
                reader(env, located(path))
                        .readKeyedState(
                                OperatorIdentifier.forUid(RetrievalJob.MEMORY_UID),
                                new ShardDigester(coldPath, cluster),
                                RecordTypes.SHARD_KEY,
                                TypeInformation.of(ShardDigest.class)),
                total::add);
        return total.digest();
    }

    private static SavepointReader reader(StreamExecutionEnvironment env, String path) {
        try {
            return SavepointReader.read(env, path, new EmbeddedRocksDBStateBackend(true));
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "'" + path + "' cannot be read as a savepoint or checkpoint: " + e.getMessage(), e);
        }
    }

    /** The path as Flink wants it, absolute; refused early when it is a local one and nothing is there. */
    private static String located(String path) {
        if (path.matches("[a-z][a-z0-9+.-]+:.*") && !path.startsWith("file:")) {
            return path;
        }
        Path folder = path.startsWith("file:") ? Path.of(URI.create(path)) : Path.of(path);
        boolean found = folder.endsWith("_metadata") ? Files.isRegularFile(folder) : isCheckpoint(folder);
        if (!found) {
            throw new IllegalArgumentException("there is no savepoint or checkpoint at '" + path
                    + "': name a folder that holds a _metadata file, such as savepoint-4f02c1-1a2b3c or chk-12");
        }
        return folder.toAbsolutePath().toUri().toString();
    }

    private static boolean isCheckpoint(Path folder) {
        return Files.isRegularFile(folder.resolve("_metadata"));
    }

    /** What has been read so far. */
    private static final class Total {
        private static final int EXAMPLES_MAX = 10;

        private final ItemSum sum = new ItemSum();
        private final Set<String> namespaces = new HashSet<>();
        private final List<String> examples = new ArrayList<>();
        private int shards;
        private long faults;

        void add(ShardDigest shard) {
            sum.add(new BigInteger(shard.sum(), 16), shard.items());
            namespaces.add(shard.namespace());
            shards++;
            faults += shard.faults();
            if (shard.faults() > 0 && examples.size() < EXAMPLES_MAX) {
                examples.addAll(shard.examples().lines().toList());
            }
        }

        StateDigest digest() {
            return new StateDigest(
                    sum.items(), namespaces.size(), shards, String.format("%064x", sum.sum()), faults, examples);
        }
    }
}
