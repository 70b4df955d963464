// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import io.dormouse.local.client.Broker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/** A real broker that speaks TLS alone and wants a password (SASL/PLAIN), with a certificate of its own making. */
final class SecureKafka implements AutoCloseable {
    /** With characters that a list, a map or a JAAS line could trip over. */
    static final String PASSWORD = "pass,word:of;the=client-4711";

    static final String STORE_PASSWORD = "store-password-0815";
    private static final String USER = "dormouse";

    private final Path truststore;
    private final EmbeddedKafka kafka;

    SecureKafka(Path folder) throws Exception {
        Path keystore = folder.resolve("broker.p12");
        truststore = folder.resolve("trusted.p12");
        Path certificate = folder.resolve("broker.pem");
        keytool(
                keystore,
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=broker",
                "-ext",
                "SAN=ip:127.0.0.1");
        keytool(keystore, "-exportcert", "-alias", "broker", "-rfc", "-file", certificate.toString());
        keytool(truststore, "-importcert", "-noprompt", "-alias", "broker", "-file", certificate.toString());
        kafka = EmbeddedKafka.start(
                WorkDirectory.temporary("dormouse-secure-kafka"),
                0,
                SecurityProtocol.SASL_SSL,
                Map.of(
                        "ssl.keystore.type",
                        "PKCS12",
                        "ssl.keystore.location",
                        keystore.toString(),
                        "ssl.keystore.password",
                        STORE_PASSWORD,
                        "ssl.truststore.type",
                        "PKCS12",
                        "ssl.truststore.location",
                        truststore.toString(),
                        "ssl.truststore.password",
                        STORE_PASSWORD,
                        "sasl.enabled.mechanisms",
                        "PLAIN",
                        "sasl.mechanism.inter.broker.protocol",
                        "PLAIN",
                        "listener.name.sasl_ssl.plain.sasl.jaas.config",
                        jaas(PASSWORD, " user_" + USER + "=\"" + PASSWORD + "\"")));
    }

    /** The broker as a client sees it that knows the password, or believes so. */
    Broker broker(String password) {
        return new Broker(kafka.bootstrap(), properties(password));
    }

    Map<String, String> properties(String password) {
        return Map.of(
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                jaas(password, ""),
                "ssl.truststore.type",
                "PKCS12",
                "ssl.truststore.location",
                truststore.toString(),
                "ssl.truststore.password",
                STORE_PASSWORD);
    }

    /** A file for {@code --kafka-config}. */
    Path file(Path folder, String password) throws IOException {
        Properties properties = new Properties();
        properties.putAll(properties(password));
        properties.put("bootstrap.servers", kafka.bootstrap());
        Path file = Files.createTempFile(folder, "client", ".properties");
        try (var writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
        return file;
    }

    private static String jaas(String password, String users) {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + USER + "\" password=\""
                + password + "\"" + users + ";";
    }

    private static void keytool(Path store, String... arguments) throws Exception {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(tool.toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", STORE_PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException("keytool " + arguments[0] + " failed: " + said);
        }
    }

    @Override
    public void close() {
        kafka.close();
    }
}
