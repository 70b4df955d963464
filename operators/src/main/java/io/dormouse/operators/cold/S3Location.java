// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import java.net.URI;
import java.util.Set;

/**
 * A bucket and a path in it.
 *
 * @param prefix empty, or ends with a slash
 */
record S3Location(String bucket, String prefix) {
    private static final Set<String> SCHEMES = Set.of("s3", "s3a");

    static boolean isS3(URI uri) {
        return uri.getScheme() != null && SCHEMES.contains(uri.getScheme());
    }

    /** {@code s3://bucket/path}. */
    static S3Location of(URI uri) {
        String bucket = uri.getAuthority();
        if (!isS3(uri) || bucket == null || bucket.isEmpty()) {
            throw new IllegalArgumentException("'" + uri + "' names no bucket: expected s3://bucket/path");
        }
        String path = uri.getPath().replaceAll("^/+|/+$", "");
        return new S3Location(bucket, path.isEmpty() ? "" : path + "/");
    }

    /** The key of what lies at a path relative to this place. */
    String key(String path) {
        return prefix + path;
    }

    @Override
    public String toString() {
        return "s3://" + bucket + "/" + prefix;
    }
}
