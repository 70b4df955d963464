// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import io.dormouse.state.cold.ColdStore;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Objects;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Cold objects in an S3 service, by Amazon's client: a put is one request, which replaces an object at once, and a read is
 * one ranged GET. Flink's own S3 file system deletes an object before it writes it anew, and reads with two requests of
 * which the second asks for all the rest; decision 22 has the figures.
 *
 * <p>Each call ends within its {@link ColdTimeouts}, whatever the service does; {@link #close()} ends those under way. An
 * interrupt ends waiting between attempts, not the wait for an answer. Threads may share a store.
 */
public final class S3ColdStore implements ColdStore {
    private static final int FORBIDDEN = 403;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final S3Location location;
    private final ColdTimeouts timeouts;
    private final S3Client client;

    S3ColdStore(S3Location location, S3Settings settings, ColdTimeouts timeouts) {
        this.location = Objects.requireNonNull(location);
        this.timeouts = Objects.requireNonNull(timeouts);
        this.client = S3Clients.create(settings, timeouts);
    }

    @Override
    public void put(String name, byte[] object) throws IOException {
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket(location.bucket())
                .key(location.key(SegmentName.path(name)))
                .overrideConfiguration(override -> override.apiCallTimeout(timeouts.put()))
                .build();
        try {
            client.putObject(request, RequestBody.fromBytes(object));
        } catch (SdkException | IllegalStateException e) {
            throw failed(name, "written", e);
        }
    }

    @Override
    public byte[] read(String name, long offset, int length) throws IOException {
        SegmentName.checkRange(name, offset, length);
        try {
            return read(name, SegmentName.path(name), offset, length);
        } catch (S3Exception e) {
            if (mayBeAbsent(e)) {
                return readFromTrash(name, offset, length, e);
            }
            throw failed(name, "read", e);
        } catch (SdkException | IllegalStateException e) {
            throw failed(name, "read", e);
        }
    }

    /** A sweep may have moved the object just now; it will find out that it is needed. */
    private byte[] readFromTrash(String name, long offset, int length, S3Exception absent) throws IOException {
        try {
            return read(name, SegmentName.trashPath(name), offset, length);
        } catch (S3Exception e) {
            throw failed(name, "read", mayBeAbsent(e) ? absent : e);
        } catch (SdkException | IllegalStateException e) {
            throw failed(name, "read", e);
        }
    }

    /** Who has no leave to list a bucket is told that a missing object is forbidden. */
    private static boolean mayBeAbsent(S3Exception e) {
        return e instanceof NoSuchKeyException || e.statusCode() == FORBIDDEN;
    }

    private byte[] read(String name, String path, long offset, int length) throws IOException {
        GetObjectRequest request = GetObjectRequest.builder()
                .bucket(location.bucket())
                .key(location.key(path))
                .range("bytes=" + offset + "-" + (offset + length - 1))
                .build();
        byte[] bytes = client.getObject(request, new RangeReader(offset, length));
        if (bytes.length < length) {
            throw new EOFException(described(name, "read") + "it ends after " + (offset + bytes.length)
                    + " bytes, expected at least " + (offset + length));
        }
        return bytes;
    }

    @Override
    public void close() {
        client.close();
    }

    /** A client that is closed meanwhile throws {@link IllegalStateException}. */
    private IOException failed(String name, String what, RuntimeException e) {
        String message = described(name, what) + e.getMessage();
        IOException failed;
        if (e instanceof NoSuchKeyException) {
            failed = new FileNotFoundException(message);
        } else if (e instanceof S3Exception refusal && refusal.statusCode() == RANGE_NOT_SATISFIABLE) {
            failed = new EOFException(message);
        } else if (e instanceof AbortedException) {
            failed = new InterruptedIOException(message);
        } else {
            return new IOException(message, e);
        }
        failed.initCause(e);
        return failed;
    }

    private String described(String name, String what) {
        return "cold object " + location + SegmentName.path(name) + " could not be " + what + ": ";
    }
}
