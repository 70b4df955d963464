// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.sweep;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * A job as the sweep must assume it, for tests: it stores segments under few names, refers to them from then on, lets go
 * of them, takes checkpoints that subsume older ones, and goes back to one. Its clock only moves when the test says so.
 */
final class SweptJob implements SweepRoots {
    static final int NAMES = 12;
    static final byte[] BYTES = {1, 2, 3};

    private record Checkpoint(Set<String> segments, long millis) {}

    final Random random;
    long nowMillis = 1_000_000_000L;
    final MapColdObjects objects = new MapColdObjects(() -> nowMillis);
    private Set<String> live = new TreeSet<>();
    private final List<Checkpoint> checkpoints = new ArrayList<>();
    private final List<Checkpoint> savepoints = new ArrayList<>();

    SweptJob(Random random) {
        this.random = random;
        checkpoint();
    }

    static String name(int i) {
        return String.format("%02x", i % 3) + String.format("%062x", i);
    }

    /** One of the things a job and its user do. */
    void act() {
        switch (random.nextInt(9)) {
            case 0, 1, 2 -> store(name(random.nextInt(NAMES)));
            case 3, 4 -> live.remove(name(random.nextInt(NAMES)));
            case 5, 6 -> checkpoint();
            case 7 -> savepointComesOrGoes();
            default -> goBack();
        }
    }

    private void store(String name) {
        objects.put(ColdLayout.segment(name), BYTES);
        live.add(name);
    }

    void checkpoint() {
        checkpoints.add(new Checkpoint(Set.copyOf(live), nowMillis));
        while (checkpoints.size() > 3) {
            checkpoints.remove(0);
        }
    }

    private void savepointComesOrGoes() {
        if (savepoints.isEmpty() || random.nextBoolean()) {
            savepoints.add(new Checkpoint(Set.copyOf(live), nowMillis));
        } else {
            savepoints.remove(random.nextInt(savepoints.size()));
        }
    }

    /** The job fails and is restored; its first checkpoint comes before anybody may drop what it came from. */
    private void goBack() {
        List<Checkpoint> all = new ArrayList<>(checkpoints);
        all.addAll(savepoints);
        live = new TreeSet<>(all.get(random.nextInt(all.size())).segments());
        checkpoint();
    }

    /** Ends the job with one last checkpoint of nothing but some segments. */
    void settle(Set<String> needed) {
        needed.forEach(this::store);
        live = new TreeSet<>(needed);
        savepoints.clear();
        checkpoint();
        checkpoint();
        checkpoint();
    }

    /** What the job or a root of it refers to. */
    Set<String> needed() {
        Set<String> needed = new HashSet<>(live);
        needed.addAll(marked());
        return needed;
    }

    private Set<String> marked() {
        Set<String> marked = new HashSet<>();
        checkpoints.forEach(each -> marked.addAll(each.segments()));
        savepoints.forEach(each -> marked.addAll(each.segments()));
        return marked;
    }

    /** Whether a reader finds a segment: in its place, then in the trash. */
    boolean finds(String name) {
        return objects.has(ColdLayout.segment(name)) || objects.has(ColdLayout.trash(name));
    }

    @Override
    public Marks mark() {
        long newest = checkpoints.stream().mapToLong(Checkpoint::millis).max().orElseThrow();
        return new Marks(checkpoints.size() + savepoints.size(), newest, marked());
    }
}
