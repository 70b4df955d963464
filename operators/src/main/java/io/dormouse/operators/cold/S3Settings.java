// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/**
 * How an S3 service is reached: the options of Flink's own S3 file system under the same names, so that what a cluster is
 * told for its checkpoints holds for cold objects as well. The times are shorter than Flink's: a query waits for a read.
 *
 * @param endpoint absent = Amazon's
 * @param region absent = as Amazon's SDK finds it
 * @param accessKey absent with {@code secretKey} = as Amazon's SDK finds credentials: environment, profile, role
 * @param retriesMax attempts after the first
 */
record S3Settings(
        Optional<URI> endpoint,
        Optional<String> region,
        Optional<String> accessKey,
        Optional<String> secretKey,
        boolean pathStyle,
        int connectionsMax,
        int retriesMax,
        Duration connectTimeout,
        Duration socketTimeout) {
    private static final ConfigOption<String> ENDPOINT =
            key("s3.endpoint").stringType().noDefaultValue();
    private static final ConfigOption<String> REGION =
            key("s3.region").stringType().noDefaultValue();
    private static final ConfigOption<String> ACCESS_KEY =
            key("s3.access-key").stringType().noDefaultValue().withFallbackKeys("s3.access.key");
    private static final ConfigOption<String> SECRET_KEY =
            key("s3.secret-key").stringType().noDefaultValue().withFallbackKeys("s3.secret.key");
    private static final ConfigOption<Boolean> PATH_STYLE =
            key("s3.path-style-access").booleanType().defaultValue(false).withFallbackKeys("s3.path.style.access");
    private static final ConfigOption<Integer> CONNECTIONS_MAX =
            key("s3.connection.max").intType().defaultValue(50);
    private static final ConfigOption<Integer> RETRIES_MAX =
            key("s3.retry.max-num-retries").intType().defaultValue(3);
    private static final ConfigOption<Duration> CONNECT_TIMEOUT =
            key("s3.connection.timeout").durationType().defaultValue(Duration.ofSeconds(2));
    private static final ConfigOption<Duration> SOCKET_TIMEOUT =
            key("s3.socket.timeout").durationType().defaultValue(Duration.ofSeconds(5));

    S3Settings {
        if (accessKey.isPresent() != secretKey.isPresent()) {
            throw new IllegalArgumentException(
                    "of s3.access-key and s3.secret-key only one is set: set both, or neither for the credentials of"
                            + " environment, profile or role");
        }
        if (connectionsMax < 1 || retriesMax < 0) {
            throw new IllegalArgumentException("s3.connection.max is " + connectionsMax
                    + " and s3.retry.max-num-retries " + retriesMax + ", expected at least 1 and 0");
        }
    }

    /** The settings in a cluster's configuration. */
    static S3Settings of(Configuration cluster) {
        return new S3Settings(
                cluster.getOptional(ENDPOINT).map(S3Settings::endpoint),
                cluster.getOptional(REGION),
                cluster.getOptional(ACCESS_KEY),
                cluster.getOptional(SECRET_KEY),
                cluster.get(PATH_STYLE),
                cluster.get(CONNECTIONS_MAX),
                cluster.get(RETRIES_MAX),
                cluster.get(CONNECT_TIMEOUT),
                cluster.get(SOCKET_TIMEOUT));
    }

    /** Without the keys: this may stand in a log. */
    @Override
    public String toString() {
        return "endpoint " + endpoint + ", region " + region;
    }

    private static URI endpoint(String endpoint) {
        if (!endpoint.startsWith("http://") && !endpoint.startsWith("https://")) {
            throw new IllegalArgumentException(
                    "s3.endpoint is '" + endpoint + "', expected http://host:port or https://host");
        }
        return URI.create(endpoint);
    }
}
