// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.sweep;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/** What lies under the root of a cold tier: some 300 bytes of heap a segment. */
public final class Inventory {
    private static final int EXAMPLES_MAX = 10;

    private final Map<String, Copies> segments = new HashMap<>();
    private final List<String> unknownExamples = new ArrayList<>();
    private long unknown;
    private long objects;

    /**
     * Where one segment lies.
     *
     * @param inPlace the object that the job reads, or null
     * @param inTrash the one in the trash, or null
     */
    record Copies(ColdObject inPlace, ColdObject inTrash) {
        private static final Copies NONE = new Copies(null, null);

        long bytes() {
            return inPlace != null ? inPlace.bytes() : inTrash.bytes();
        }
    }

    private Inventory() {}

    /**
     * Lists everything.
     *
     * @param progress is told how many objects were seen so far
     */
    public static Inventory of(ColdObjects objects, LongConsumer progress) throws IOException {
        Inventory inventory = new Inventory();
        objects.list("", object -> {
            inventory.add(object);
            progress.accept(inventory.objects);
        });
        return inventory;
    }

    private void add(ColdObject object) {
        objects++;
        Optional<ColdLayout.Place> found = ColdLayout.at(object.path());
        if (found.isPresent()) {
            ColdLayout.Place place = found.get();
            Copies before = segments.getOrDefault(place.name(), Copies.NONE);
            segments.put(
                    place.name(),
                    place.inTrash() ? new Copies(before.inPlace(), object) : new Copies(object, before.inTrash()));
        } else if (!object.path().startsWith(ColdLayout.ROOTS)) {
            unknown++;
            if (unknownExamples.size() < EXAMPLES_MAX) {
                unknownExamples.add(object.path());
            }
        }
    }

    /** Whether a segment can be read, be it from the trash. */
    public boolean has(String name) {
        return segments.containsKey(name);
    }

    Map<String, Copies> segments() {
        return segments;
    }

    /** Objects that are neither segments nor registered savepoints. */
    long unknown() {
        return unknown;
    }

    /** Paths of the first of them. */
    List<String> unknownExamples() {
        return List.copyOf(unknownExamples);
    }
}
