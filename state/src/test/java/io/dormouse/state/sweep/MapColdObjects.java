// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.sweep;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Objects in a map, for tests: something may happen around every request, and a request may fail. */
final class MapColdObjects implements ColdObjects {
    /** What happens before and after each change or look; throws to fail the request. */
    interface Around {
        void request() throws IOException;
    }

    private record Stored(byte[] bytes, long modifiedMillis) {}

    private final Map<String, Stored> objects = new HashMap<>();
    private final LongSupplier clockMillis;
    private Around around = () -> {};
    int changes;

    MapColdObjects(LongSupplier clockMillis) {
        this.clockMillis = clockMillis;
    }

    void around(Around what) {
        around = what;
    }

    /** Stores an object at once, as the job does. */
    void put(String path, byte[] bytes) {
        objects.put(path, new Stored(bytes, clockMillis.getAsLong()));
    }

    boolean has(String path) {
        return objects.containsKey(path);
    }

    Map<String, ?> objects() {
        return objects;
    }

    @Override
    public void list(String folder, Consumer<ColdObject> each) throws IOException {
        for (String path : new ArrayList<>(objects.keySet())) {
            around.request();
            if (path.startsWith(folder) && objects.containsKey(path)) {
                each.accept(described(path));
            }
        }
    }

    private ColdObject described(String path) {
        Stored stored = objects.get(path);
        return new ColdObject(path, stored.bytes().length, stored.modifiedMillis());
    }

    @Override
    public Optional<ColdObject> stat(String path) throws IOException {
        around.request();
        Optional<ColdObject> found = objects.containsKey(path) ? Optional.of(described(path)) : Optional.empty();
        around.request();
        return found;
    }

    @Override
    public void copy(String from, String to) throws IOException {
        around.request();
        put(to, read(from));
        changes++;
        around.request();
    }

    @Override
    public void delete(String path) throws IOException {
        around.request();
        objects.remove(path);
        changes++;
        around.request();
    }

    @Override
    public byte[] read(String path) throws IOException {
        Stored stored = objects.get(path);
        if (stored == null) {
            throw new IOException("no object " + path);
        }
        return stored.bytes();
    }

    @Override
    public void write(String path, byte[] bytes) throws IOException {
        around.request();
        put(path, bytes);
        around.request();
    }

    @Override
    public void close() {}
}
