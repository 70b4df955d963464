// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.local.client.MemoryClient;
import io.dormouse.local.client.TopicTail;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.Vectors;
import io.dormouse.schema.WireCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedKafkaITCase {
    @TempDir
    private Path folder;

    @Test
    void whatIsProducedIsConsumedAndCloseFreesPortAndFolder() throws Exception {
        WorkDirectory directory = WorkDirectory.temporary("dormouse-test");
        EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0);
        BlockingQueue<IngestRecord> received = new LinkedBlockingQueue<>();
        try (kafka) {
            Topics topics = Topics.defaults();
            topics.create(kafka.bootstrap(), 2);
            topics.create(kafka.bootstrap(), 2); // a second time does no harm
            try (MemoryClient client = new MemoryClient(kafka.bootstrap(), topics);
                    TopicTail<IngestRecord> tail = new TopicTail<>(
                            kafka.bootstrap(), topics.ingest(), WireCodec.INGEST, (raw, item) -> received.add(item))) {
                AfterToken token = client.ingest(item()).get(3, TimeUnit.MINUTES);
                assertThat(token.getOffset()).isZero();
                assertThat(received.poll(3, TimeUnit.MINUTES)).isEqualTo(item());
                assertThat(tail.undecodable()).isZero();
            }
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
                assertThat(admin.listTopics().names().get()).containsAll(topics.all());
            }
        }
        assertThat(directory.path()).doesNotExist();
        listenOn(port(kafka));
    }

    @Test
    void aGivenFolderKeepsTopicsForTheNextStart() throws Exception {
        try (EmbeddedKafka first = EmbeddedKafka.start(folder, 0)) {
            Topics.defaults().create(first.bootstrap(), 1);
        }
        try (EmbeddedKafka second = EmbeddedKafka.start(folder, 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", second.bootstrap()))) {
            assertThat(admin.listTopics().names().get()).contains("ingest", "results");
        }
        assertThat(Files.isDirectory(folder)).isTrue();
    }

    @Test
    void topicsTakeAllThatIsSentAsSoonAsTheyAreMade() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
            Topics.defaults().create(kafka.bootstrap(), 50);
            try (MemoryClient client = new MemoryClient(kafka.bootstrap(), Topics.defaults())) {
                List<CompletableFuture<AfterToken>> tokens = new ArrayList<>();
                for (int i = 0; i < 20_000; i++) {
                    IngestRecord item = item();
                    item.setNamespace("n" + i % 500);
                    tokens.add(client.ingest(item));
                }
                for (CompletableFuture<AfterToken> token : tokens) {
                    token.get(30, TimeUnit.SECONDS);
                }
            }
        }
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedKafka.start(folder, taken.getLocalPort()))
                    .hasMessageContaining("port " + taken.getLocalPort() + " on 127.0.0.1 cannot be used");
        }
    }

    private static IngestRecord item() {
        return IngestRecord.newBuilder()
                .setNamespace("n")
                .setId("a")
                .setVector(Vectors.toBytes(new float[] {1, 2}))
                .build();
    }

    private static int port(EmbeddedKafka kafka) {
        return Integer.parseInt(kafka.bootstrap().substring(kafka.bootstrap().indexOf(':') + 1));
    }

    private static void listenOn(int port) throws IOException {
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }
}
