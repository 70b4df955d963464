// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.local.Topics;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.Limits;
import io.dormouse.schema.RecordValidator;
import io.dormouse.schema.Violation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Streams a file of items into a memory. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        header = "Stream a file of items into a memory.",
        description = {
            "FILE is JSON lines (.jsonl; one item a line, as on the ingest topic) or .fvecs, plain or gzipped, or - for"
                    + " JSON lines from standard input. A line without a namespace gets --namespace, one without an id"
                    + " its line number; a vector of an .fvecs file has its row, from 0, as its id.",
            "Each item is checked before it is sent; the first bad one ends the command with its line number."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./dormouse ingest notes.jsonl --namespace notes",
            "  ./dormouse ingest base.fvecs.gz --payloads titles.tsv --namespace papers",
            "  echo '{\"id\":\"a\",\"vector\":[1,2],\"payload\":\"hello\"}' | ./dormouse ingest - -n notes"
        })
public final class IngestCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The items.")
    private String file;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            defaultValue = "default",
            description = "Namespace of items that name none (default '${DEFAULT-VALUE}').")
    private String namespace;

    @Option(
            names = "--payloads",
            paramLabel = "FILE",
            description = "For .fvecs: a text file, plain or gzipped, whose line n (from 0) is the payload of row n.")
    private Path payloads;

    @Mixin
    private BrokerOption broker;

    @Override
    public Integer call() throws IOException {
        RecordValidator validator = new RecordValidator(Limits.DEFAULTS);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Map<Integer, Long> last = new ConcurrentSkipListMap<>();
        try (ItemSource source = ItemSource.open(file, namespace, Optional.ofNullable(payloads));
                MemoryClient client = new MemoryClient(broker.broker(), Topics.defaults())) {
            ProgressBar bar = new ProgressBar(Screen.standard(), "ingest", 0, System::nanoTime);
            for (IngestRecord item = source.next(); item != null && failure.get() == null; item = source.next()) {
                Violation violation = validator.check(item);
                if (violation != null) {
                    throw new IOException(source.place() + ": " + violation.message());
                }
                client.ingest(item).whenComplete((token, failed) -> {
                    if (failed != null) {
                        failure.compareAndSet(null, failed);
                    } else {
                        bar.add(1);
                        last.merge(token.getPartition(), token.getOffset(), Math::max);
                    }
                });
            }
            client.flush();
            bar.finish();
        }
        last.forEach((partition, offset) ->
                System.out.println("to read what was written: ./dormouse query --after " + partition + ":" + offset));
        if (failure.get() != null) {
            throw new IOException(
                    "items were not accepted by the broker: " + failure.get().getMessage(), failure.get());
        }
        return 0;
    }
}
