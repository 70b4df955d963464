// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.local.Topics;
import io.dormouse.local.client.Answer;
import io.dormouse.local.client.Broker;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.local.sample.WordEmbedder;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.Vectors;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks one question and prints the answer. */
@Command(
        name = "query",
        mixinStandardHelpOptions = true,
        header = "Ask one question and print the answer.",
        description =
                "A text is turned into a vector with the English words that ship with the project, which suits the"
                        + " demo's papers; for vectors of your own model use --vector.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./dormouse query --text \"parsing natural language\"",
            "  ./dormouse query --vector 0.1,0.9 --namespace notes -k 3 --json",
            "  ./dormouse query --text \"codes\" --after 0:4711     only once that ingest record is applied"
        })
public final class QueryCommand implements Callable<Integer> {
    /** How much longer than the job's deadline the answer itself may take. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    @ArgGroup(multiplicity = "1")
    private Question question;

    private static final class Question {
        @Option(names = "--text", required = true, paramLabel = "TEXT", description = "An English text.")
        private String text;

        @Option(
                names = "--vector",
                required = true,
                split = ",",
                paramLabel = "NUMBER",
                description = "The vector's numbers, separated by commas.")
        private float[] vector;
    }

    @Option(
            names = "-k",
            paramLabel = "N",
            defaultValue = "10",
            description = "Hits wanted (default ${DEFAULT-VALUE}).")
    private int k;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            defaultValue = "arxiv",
            description = "The memory that is asked (default ${DEFAULT-VALUE}, the demo's).")
    private String namespace;

    @Option(
            names = "--after",
            paramLabel = "PARTITION:OFFSET",
            converter = AfterTokens.class,
            description =
                    "Answer only from a memory that has applied this record of the ingest topic; may be repeated.")
    private List<AfterToken> after = List.of();

    @Option(names = "--json", description = "Print the result as it is on the wire, one JSON object.")
    private boolean json;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "Longest wait, after which the memory answers with what it knows, flagged partial (default"
                    + " ${DEFAULT-VALUE}).")
    private int timeoutSeconds;

    @Mixin
    private BrokerOption broker;

    @Override
    public Integer call() throws IOException {
        QueryRecord query = QueryRecord.newBuilder()
                .setId("cli-" + UUID.randomUUID())
                .setNamespace(namespace)
                .setVector(Vectors.toBytes(vector()))
                .setK(k)
                .setAfter(after)
                .setDeadlineMillis(timeoutSeconds * 1000)
                .build();
        Answer answer = ask(query);
        if (json) {
            byte[] bytes = WireCodec.RESULT.encode(answer.result(), WireFormat.JSON);
            System.out.println(new String(bytes, StandardCharsets.UTF_8));
        } else {
            AnswerText.lines(answer, Screen.standard().columns()).forEach(System.out::println);
        }
        return answer.result().getError() == null ? 0 : 1;
    }

    private float[] vector() throws IOException {
        if (question.vector != null) {
            return question.vector;
        }
        return WordEmbedder.load()
                .embed(question.text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + question.text + "' holds no known English word: ask in English words, or use --vector"));
    }

    private Answer ask(QueryRecord query) {
        Broker address = broker.broker();
        try (MemoryClient client = new MemoryClient(address, Topics.defaults())) {
            return client.ask(query, Duration.ofSeconds(timeoutSeconds).plus(GRACE))
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new IllegalStateException(
                        "no answer within " + timeoutSeconds + " s: is the job running on " + address
                                + "? ./dormouse watch shows what it does",
                        e);
            }
            throw e;
        }
    }
}
