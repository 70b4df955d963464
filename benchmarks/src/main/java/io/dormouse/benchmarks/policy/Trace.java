// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.policy;

import com.carrotsearch.hppc.LongIntHashMap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Requests in their order, their keys numbered from 0 in the order of their first use. */
public final class Trace {
    private static final int KEYS_HELD_MIN = 100;
    private static final String KEYS = ".txt.gz";
    private static final String TOUCHES = "_timed.tsv.gz";

    private final String name;
    private final int[] requests;
    private final long[] names;

    private Trace(String name, int[] requests, long[] names) {
        this.name = name;
        this.requests = requests;
        this.names = names;
    }

    /** A trace of the given keys. */
    static Trace of(String name, long... keys) {
        LongIntHashMap numbers = new LongIntHashMap();
        int[] requests = new int[keys.length];
        long[] names = new long[keys.length];
        for (int i = 0; i < keys.length; i++) {
            int number = numbers.getOrDefault(keys[i], numbers.size());
            numbers.put(keys[i], number);
            requests[i] = number;
            names[number] = keys[i];
        }
        return new Trace(name, requests, Arrays.copyOf(names, numbers.size()));
    }

    /** Every trace of a folder, by name. */
    public static List<Trace> readAll(Path folder) throws IOException {
        List<Trace> traces = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String fileName = file.getFileName().toString();
                if (fileName.endsWith(KEYS)) {
                    traces.add(read(file, fileName.replace(KEYS, ""), Long::parseLong));
                } else if (fileName.endsWith(TOUCHES)) {
                    traces.add(read(file, fileName.replace(TOUCHES, ""), Trace::fileOfTouch));
                }
            }
        }
        return traces;
    }

    private static Trace read(Path file, String name, ToLongFunction<String> key) throws IOException {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            return of(
                    name,
                    reader.lines()
                            .filter(line -> Character.isDigit(line.charAt(line.length() - 1)))
                            .mapToLong(key)
                            .toArray());
        }
    }

    private static long fileOfTouch(String line) {
        return Long.parseLong(line.substring(line.lastIndexOf('\t') + 1));
    }

    public String name() {
        return name;
    }

    /** Requests. */
    public int length() {
        return requests.length;
    }

    /** Distinct keys: the footprint. */
    public int keys() {
        return names.length;
    }

    /** Keys that a cache of this share of the footprint holds, at least 100. */
    public int capacity(double share) {
        return Math.max(KEYS_HELD_MIN, (int) Math.round(keys() * share));
    }

    /** The number of the key that a request asks for. */
    int key(int request) {
        return requests[request];
    }

    /** The key as the trace names it. */
    long nameOf(int key) {
        return names[key];
    }
}
