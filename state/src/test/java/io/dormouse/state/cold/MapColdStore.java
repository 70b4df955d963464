// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A cold store in a map, for tests: objects can be lost, damaged and unreachable. */
public final class MapColdStore implements ColdStore {
    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private volatile boolean down;
    private volatile int puts;
    private volatile int reads;

    @Override
    public void put(String name, byte[] object) throws IOException {
        puts++;
        requireUp();
        objects.put(name, object.clone());
    }

    @Override
    public byte[] read(String name, long offset, int length) throws IOException {
        reads++;
        requireUp();
        byte[] object = objects.get(name);
        if (object == null) {
            throw new FileNotFoundException("no object " + name);
        }
        if (offset + length > object.length) {
            throw new EOFException("object " + name + " ends at " + object.length);
        }
        return Arrays.copyOfRange(object, (int) offset, (int) offset + length);
    }

    private void requireUp() throws IOException {
        if (down) {
            throw new IOException("object storage cannot be reached");
        }
    }

    /** Whether requests fail from now on. */
    public void setDown(boolean down) {
        this.down = down;
    }

    /** The objects; changes write through. */
    public Map<String, byte[]> objects() {
        return objects;
    }

    public int puts() {
        return puts;
    }

    public int reads() {
        return reads;
    }

    @Override
    public void close() {}
}
