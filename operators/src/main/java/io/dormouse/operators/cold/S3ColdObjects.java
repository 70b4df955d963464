// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import io.dormouse.state.sweep.ColdObject;
import io.dormouse.state.sweep.ColdObjects;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The objects of an S3 service under one bucket and path: listed a page at a time, copied by the service itself. */
final class S3ColdObjects implements ColdObjects {
    private final S3Location location;
    private final ColdTimeouts timeouts;
    private final S3Client client;

    S3ColdObjects(S3Location location, S3Settings settings, ColdTimeouts timeouts) {
        this.location = Objects.requireNonNull(location);
        this.timeouts = Objects.requireNonNull(timeouts);
        this.client = S3Clients.create(settings, timeouts);
    }

    @Override
    public void list(String folder, Consumer<ColdObject> each) throws IOException {
        call("listed", folder, s3 -> {
            s3.listObjectsV2Paginator(
                            request -> request.bucket(location.bucket()).prefix(location.key(folder)))
                    .contents()
                    .forEach(object -> each.accept(described(object)));
            return null;
        });
    }

    private ColdObject described(S3Object object) {
        return new ColdObject(
                object.key().substring(location.prefix().length()), object.size(), millis(object.lastModified()));
    }

    /** Whole seconds, as a HEAD has them; a listing may be more exact. */
    private static long millis(Instant modified) {
        return modified.truncatedTo(ChronoUnit.SECONDS).toEpochMilli();
    }

    @Override
    public Optional<ColdObject> stat(String path) throws IOException {
        try {
            HeadObjectResponse head = call(
                    "looked at",
                    path,
                    s3 -> s3.headObject(
                            request -> request.bucket(location.bucket()).key(location.key(path))));
            return Optional.of(new ColdObject(path, head.contentLength(), millis(head.lastModified())));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    @Override
    public void copy(String from, String to) throws IOException {
        call(
                "copied to " + to,
                from,
                s3 -> s3.copyObject(request -> request.sourceBucket(location.bucket())
                        .sourceKey(location.key(from))
                        .destinationBucket(location.bucket())
                        .destinationKey(location.key(to))
                        .overrideConfiguration(override -> override.apiCallTimeout(timeouts.put()))));
    }

    @Override
    public void delete(String path) throws IOException {
        call(
                "deleted",
                path,
                s3 -> s3.deleteObject(
                        request -> request.bucket(location.bucket()).key(location.key(path))));
    }

    @Override
    public byte[] read(String path) throws IOException {
        return call(
                "read",
                path,
                s3 -> s3.getObjectAsBytes(
                                request -> request.bucket(location.bucket()).key(location.key(path)))
                        .asByteArray());
    }

    @Override
    public void write(String path, byte[] bytes) throws IOException {
        call(
                "written",
                path,
                s3 -> s3.putObject(
                        request -> request.bucket(location.bucket()).key(location.key(path)),
                        RequestBody.fromBytes(bytes)));
    }

    @Override
    public void close() {
        client.close();
    }

    private <T> T call(String what, String path, Function<S3Client, T> request) throws IOException {
        try {
            return request.apply(client);
        } catch (SdkException e) {
            String message = location + path + " could not be " + what + ": " + e.getMessage();
            if (e instanceof NoSuchKeyException) {
                FileNotFoundException absent = new FileNotFoundException(message);
                absent.initCause(e);
                throw absent;
            }
            throw new IOException(message, e);
        }
    }
}
