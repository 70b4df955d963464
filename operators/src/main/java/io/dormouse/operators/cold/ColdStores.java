// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import io.dormouse.state.cold.ColdStore;
import io.dormouse.state.sweep.ColdObjects;
import java.io.IOException;
import java.net.URI;
import java.util.Objects;
import org.apache.flink.configuration.Configuration;

/** Finds the store that fits a root. */
public final class ColdStores {
    private ColdStores() {}

    /**
     * Opens the store under a root.
     *
     * @param root {@code s3://bucket/path}, or the URI of any file system Flink has, such as {@code file:///folder}
     * @param cluster the cluster's configuration, for the options {@code s3.*}
     */
    public static ColdStore open(String root, Configuration cluster, ColdTimeouts timeouts) throws IOException {
        Objects.requireNonNull(cluster);
        URI uri = uri(root);
        return S3Location.isS3(uri)
                ? new S3ColdStore(S3Location.of(uri), S3Settings.of(cluster), timeouts)
                : new FlinkColdStore(uri);
    }

    /** As {@link #open}, to list and tidy up what lies there. */
    public static ColdObjects openObjects(String root, Configuration cluster, ColdTimeouts timeouts)
            throws IOException {
        Objects.requireNonNull(cluster);
        URI uri = uri(root);
        return S3Location.isS3(uri)
                ? new S3ColdObjects(S3Location.of(uri), S3Settings.of(cluster), timeouts)
                : new FlinkColdObjects(uri);
    }

    private static URI uri(String root) {
        try {
            URI uri = URI.create(root);
            if (uri.getScheme() != null && uri.getPath() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "'" + root + "' is no place for cold objects: expected s3://bucket/path or file:///folder");
    }
}
