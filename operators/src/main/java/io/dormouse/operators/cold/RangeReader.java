// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Reads the body of a ranged GET and holds it against what the service says it is. Fewer bytes than asked for are
 * returned only when the object ends there; a body that breaks off is fetched again.
 */
final class RangeReader implements ResponseTransformer<GetObjectResponse, byte[]> {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+|\\*)");

    private final long offset;
    private final int length;

    RangeReader(long offset, int length) {
        this.offset = offset;
        this.length = length;
    }

    @Override
    public byte[] transform(GetObjectResponse response, AbortableInputStream body) {
        int expected = expected(response);
        byte[] bytes;
        try {
            bytes = body.readNBytes(expected);
        } catch (IOException e) {
            throw broken("the answer broke off: " + e.getMessage(), e);
        }
        if (bytes.length < expected) {
            throw broken("the answer has " + bytes.length + " bytes, and says it has " + expected, null);
        }
        return bytes;
    }

    private int expected(GetObjectResponse response) {
        Matcher range = CONTENT_RANGE.matcher(String.valueOf(response.contentRange()));
        if (!range.matches() || Long.parseLong(range.group(1)) != offset) {
            throw broken(
                    "bytes " + offset + " + " + length + " were asked for, and the service answered with range "
                            + response.contentRange() + ": it must know ranged GETs",
                    null);
        }
        long last = Long.parseLong(range.group(2));
        if (last >= offset + length) {
            throw broken("the service sends bytes up to " + last + " for a range of " + length, null);
        }
        return (int) (last - offset + 1);
    }

    private static RetryableException broken(String message, Throwable cause) {
        return RetryableException.builder().message(message).cause(cause).build();
    }
}
