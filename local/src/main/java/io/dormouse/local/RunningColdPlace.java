// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import io.dormouse.objectstore.ObjectStoreProcess;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/** A {@link ColdPlace} while a stack runs. */
final class RunningColdPlace implements AutoCloseable {
    private static final String BUCKET = "dormouse";
    private static final String PATH = "s3://" + BUCKET + "/memory";

    private final Optional<ObjectStoreProcess> objectStore;
    private final Optional<String> path;

    private RunningColdPlace(Optional<ObjectStoreProcess> objectStore, Optional<String> path) {
        this.objectStore = objectStore;
        this.path = path;
    }

    /** Starts what the place needs; it is there after {@link #awaitReady()}. */
    static RunningColdPlace launch(ColdPlace place, WorkDirectory directory) {
        if (place.objectStore()) {
            ObjectStoreProcess store =
                    ObjectStoreProcess.launch(directory.child("object-store").path(), 0);
            return new RunningColdPlace(Optional.of(store), Optional.of(PATH));
        }
        Optional<String> folder = place.folder()
                .map(given -> WorkDirectory.kept(given).path().toUri().toString());
        return new RunningColdPlace(Optional.empty(), folder);
    }

    /** Waits until objects can be stored. */
    void awaitReady() {
        objectStore.ifPresent(store -> {
            store.awaitAnswer();
            store.createBucket(BUCKET);
        });
    }

    /** The root under which cold objects lie, as a URI; absent = nowhere. */
    Optional<String> path() {
        return path;
    }

    Optional<ObjectStoreProcess> objectStore() {
        return objectStore;
    }

    /** What the cluster must know to reach the place. */
    Configuration flinkOptions() {
        Configuration options = new Configuration();
        objectStore.ifPresent(store -> options.addAll(Configuration.fromMap(store.flinkOptions())));
        return options;
    }

    @Override
    public void close() {
        objectStore.ifPresent(ObjectStoreProcess::close);
    }
}
