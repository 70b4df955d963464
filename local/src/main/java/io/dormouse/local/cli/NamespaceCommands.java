// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.local.Topics;
import io.dormouse.local.client.Broker;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.schema.CodeName;
import io.dormouse.schema.EventType;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.MetricName;
import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.NamespaceOp;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Creates, alters and erases namespaces, and waits until the memory has acknowledged it. */
@Command(
        name = "namespace",
        mixinStandardHelpOptions = true,
        header = "Create, alter or erase a namespace.",
        description = "Each waits for the event that acknowledges it. A namespace that nobody created is created by its"
                + " first record, with defaults.",
        synopsisSubcommandLabel = "(create | alter | erase)",
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./dormouse namespace create notes --dimension 384 --metric COSINE",
            "  ./dormouse namespace create images --dimension 1536 --metric L2 --code RABITQ",
            "  ./dormouse namespace alter notes --recall-target 0.99",
            "  ./dormouse namespace erase notes"
        })
public final class NamespaceCommands implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name what to do: create, alter or erase");
    }

    @Command(name = "create", mixinStandardHelpOptions = true, header = "Create a namespace.")
    int create(
            @Mixin Target target,
            @Mixin Settings settings,
            @Option(names = "--dimension", required = true, paramLabel = "N", description = "Numbers in a vector.")
                    int dimension,
            @Option(
                            names = "--metric",
                            paramLabel = "METRIC",
                            completionCandidates = MetricNames.class,
                            description =
                                    "${COMPLETION-CANDIDATES}. Default: HAMMING with code BINARY, else what the job's"
                                            + " namespace.metric says.")
                    MetricName metric,
            @Option(
                            names = "--code",
                            paramLabel = "CODE",
                            completionCandidates = CodeNames.class,
                            description =
                                    "How vectors are scanned: ${COMPLETION-CANDIDATES}. Default: BINARY with metric"
                                            + " HAMMING, else what the job's namespace.code says, by dimension.")
                    CodeName code,
            @Option(names = "--partitions", paramLabel = "N", description = "Shards, fixed from now on (default 1).")
                    Integer partitions) {
        NamespaceCommand command = target.command(NamespaceOp.CREATE);
        command.setDimension(dimension);
        command.setMetric(metric);
        command.setCode(code);
        command.setPartitions(partitions);
        settings.applyTo(command);
        return target.send(command);
    }

    @Command(name = "alter", mixinStandardHelpOptions = true, header = "Alter settings of a namespace.")
    int alter(@Mixin Target target, @Mixin Settings settings) {
        NamespaceCommand command = target.command(NamespaceOp.ALTER);
        settings.applyTo(command);
        return target.send(command);
    }

    @Command(name = "erase", mixinStandardHelpOptions = true, header = "Erase a namespace and all its items.")
    int erase(@Mixin Target target) {
        return target.send(target.command(NamespaceOp.ERASE));
    }

    /** The metrics that can be asked for. */
    static final class MetricNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return names(MetricName.values(), MetricName.UNKNOWN);
        }
    }

    /** The codes that can be asked for. */
    static final class CodeNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return names(CodeName.values(), CodeName.UNKNOWN);
        }
    }

    private static Iterator<String> names(Enum<?>[] values, Enum<?> unknown) {
        return Arrays.stream(values)
                .filter(value -> value != unknown)
                .map(Enum::name)
                .iterator();
    }

    /** Settings that can be altered later. */
    static final class Settings {
        @Option(
                names = "--recall-target",
                paramLabel = "SHARE",
                description = "Share of the true nearest k wanted, 0 to 1.")
        private Float recallTarget;

        @Option(names = "--items-max", paramLabel = "N", description = "Items it may hold, 0 = no limit.")
        private Long itemsMax;

        @Option(
                names = "--bytes-max",
                paramLabel = "N",
                description = "Bytes of vectors, payloads and metadata it may hold, 0 = no limit.")
        private Long bytesMax;

        @Option(
                names = "--records-per-second-max",
                paramLabel = "N",
                description = "Upserts it takes a second, 0 = no limit.")
        private Integer recordsPerSecondMax;

        void applyTo(NamespaceCommand command) {
            command.setRecallTarget(recallTarget);
            command.setItemsMax(itemsMax);
            command.setBytesMax(bytesMax);
            command.setRecordsPerSecondMax(recordsPerSecondMax);
        }
    }

    /** The namespace and the broker. */
    static final class Target {
        @Parameters(paramLabel = "NAME", description = "The namespace.")
        private String name;

        @Mixin
        private BrokerOption broker;

        @Option(
                names = "--timeout",
                paramLabel = "SECONDS",
                defaultValue = "30",
                description = "Longest wait for the acknowledgement (default ${DEFAULT-VALUE}).")
        private int timeoutSeconds;

        NamespaceCommand command(NamespaceOp op) {
            NamespaceCommand command = new NamespaceCommand();
            command.setId(UUID.randomUUID().toString());
            command.setOp(op);
            command.setNamespace(name);
            return command;
        }

        int send(NamespaceCommand command) {
            Broker address = broker.broker();
            try (MemoryClient client = new MemoryClient(address, Topics.defaults())) {
                MemoryEvent event = client.command(command, Duration.ofSeconds(timeoutSeconds))
                        .join();
                boolean rejected = event.getType() == EventType.NAMESPACE_REJECTED;
                (rejected ? System.err : System.out).println(event.getType() + " " + name + ": " + event.getMessage());
                return rejected ? 1 : 0;
            } catch (CompletionException e) {
                if (e.getCause() instanceof TimeoutException) {
                    throw new IllegalStateException(
                            "no event acknowledged the command within " + timeoutSeconds + " s: is the job running on "
                                    + address + "? ./dormouse watch shows dead letters",
                            e);
                }
                throw e;
            }
        }
    }
}
