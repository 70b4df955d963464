// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.jobs.audit.StateDigest;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a savepoint or checkpoint holds, and whether it is sound. */
@Command(
        name = "digest",
        mixinStandardHelpOptions = true,
        header = "Audit a savepoint or checkpoint: items, namespaces, digest.",
        description = {
            "Reads every item of the memory in a savepoint or retained checkpoint: index entry, item, exact vector, and"
                    + " the scan page that finds it. Prints how many there are and a digest of ids, versions, vectors and"
                    + " payloads that does not depend on order or parallelism: equal digests, equal memories.",
            "Exit code 1 when something does not fit together."
        })
public final class DigestCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PATH", description = "Folder of the savepoint or checkpoint; a path or a URI.")
    private String path;

    @Option(
            names = "--cold",
            paramLabel = "URI",
            defaultValue = "",
            description = "Where its cold pages lie, as in memory.cold-path. Without it they count as lost.")
    private String cold;

    @Option(
            names = "--s3",
            paramLabel = "KEY=VALUE",
            description = "Flink's options to reach it, such as s3.endpoint=http://127.0.0.1:9000; may be repeated.")
    private Map<String, String> s3 = Map.of();

    @Override
    public Integer call() throws Exception {
        StateDigest digest = StateDigest.of(path, cold, Configuration.fromMap(s3));
        System.out.printf("items       %,d%n", digest.items());
        System.out.printf("namespaces  %,d in %,d shard(s)%n", digest.namespaces(), digest.shards());
        System.out.printf("digest      %s%n", digest.sum());
        if (digest.faults() == 0) {
            return 0;
        }
        System.err.printf(
                "dormouse: %,d thing(s) in this memory do not fit together: restore an older one%n", digest.faults());
        digest.examples().forEach(fault -> System.err.println("  " + fault));
        return 1;
    }
}
