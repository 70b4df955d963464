// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

final class S3SettingsTest {
    @Test
    void theOptionsOfFlinksS3AreKnownUnderBothOfTheirNames() {
        S3Settings settings = of(Map.of(
                "s3.endpoint", "http://127.0.0.1:9000",
                "s3.access.key", "a",
                "s3.secret-key", "b",
                "s3.path.style.access", "true",
                "s3.region", "eu-north-1",
                "s3.connection.timeout", "3 s",
                "s3.socket.timeout", "4 s",
                "s3.retry.max-num-retries", "5",
                "s3.connection.max", "6"));
        assertThat(settings.endpoint()).contains(URI.create("http://127.0.0.1:9000"));
        assertThat(settings.accessKey()).contains("a");
        assertThat(settings.secretKey()).contains("b");
        assertThat(settings.region()).contains("eu-north-1");
        assertThat(settings.pathStyle()).isTrue();
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.socketTimeout()).isEqualTo(Duration.ofSeconds(4));
        assertThat(settings.retriesMax()).isEqualTo(5);
        assertThat(settings.connectionsMax()).isEqualTo(6);
    }

    @Test
    void halfOfTheCredentialsOrAnEndpointWithoutSchemeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(Map.of("s3.access-key", "a")))
                .withMessageContaining("set both");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(Map.of("s3.endpoint", "127.0.0.1:9000")))
                .withMessageContaining("'127.0.0.1:9000', expected http://");
        assertThatIllegalArgumentException().isThrownBy(() -> of(Map.of("s3.connection.max", "0")));
    }

    @Test
    void keysDoNotStandInLogs() {
        assertThat(of(Map.of("s3.access-key", "id", "s3.secret-key", "hidden")).toString())
                .doesNotContain("hidden");
    }

    @Test
    void aLocationIsABucketAndAPath() {
        assertThat(S3Location.of(URI.create("s3://b")).key("ab/abc")).isEqualTo("ab/abc");
        assertThat(S3Location.of(URI.create("s3a://b//c/d/")).key("ab/abc")).isEqualTo("c/d/ab/abc");
        assertThat(S3Location.of(URI.create("s3://under_score/c")).bucket()).isEqualTo("under_score");
    }

    private static S3Settings of(Map<String, String> options) {
        return S3Settings.of(Configuration.fromMap(options));
    }
}
