// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state;

import io.dormouse.state.kernel.Metric;
import io.dormouse.state.shard.ItemVersion;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What one shard should hold, kept in the simplest way: maps, and brute force in double precision. */
final class MemoryModel {
    record Entry(float[] vector, ItemVersion version) {}

    final Map<String, Entry> live = new HashMap<>();
    private final Map<String, ItemVersion> deleted = new HashMap<>();

    void upsert(String id, ItemVersion version, float[] vector) {
        ItemVersion earlier = earlier(id);
        if (applies(version, earlier)) {
            deleted.remove(id);
            live.put(id, new Entry(vector, floored(version, earlier)));
        }
    }

    void delete(String id, ItemVersion version) {
        ItemVersion earlier = earlier(id);
        if (applies(version, earlier)) {
            live.remove(id);
            ItemVersion floored = floored(version, earlier);
            if (floored.explicit() != ItemVersion.NONE) {
                deleted.put(id, floored);
            }
        }
    }

    /** Only an item that belongs to another partition gives way, and it leaves no trace. */
    void supersede(String id, ItemVersion version, boolean strays) {
        if (strays && live.containsKey(id) && applies(version, live.get(id).version)) {
            live.remove(id);
        }
    }

    private ItemVersion earlier(String id) {
        return live.containsKey(id) ? live.get(id).version : deleted.get(id);
    }

    private static boolean applies(ItemVersion version, ItemVersion earlier) {
        if (earlier == null) {
            return true;
        }
        if (version.explicit() != ItemVersion.NONE && earlier.explicit() != ItemVersion.NONE) {
            return version.explicit() > earlier.explicit();
        }
        return version.partition() != earlier.partition() || version.offset() > earlier.offset();
    }

    private static ItemVersion floored(ItemVersion version, ItemVersion earlier) {
        return version.explicit() == ItemVersion.NONE && earlier != null
                ? new ItemVersion(earlier.explicit(), version.partition(), version.offset())
                : version;
    }

    /** Public scores of all items, best first. */
    double[] scores(Metric metric, float[] query) {
        double[] scores = live.values().stream()
                .mapToDouble(entry -> -score(metric, query, entry.vector))
                .sorted()
                .toArray();
        return Arrays.stream(scores).map(s -> -s).toArray();
    }

    static double score(Metric metric, float[] query, float[] vector) {
        return switch (metric) {
            case L2 -> {
                double sum = 0;
                for (int i = 0; i < query.length; i++) {
                    sum += ((double) query[i] - vector[i]) * ((double) query[i] - vector[i]);
                }
                yield -sum;
            }
            case HAMMING -> {
                int differing = 0;
                for (int i = 0; i < query.length; i++) {
                    differing += query[i] == vector[i] ? 0 : 1;
                }
                yield -differing;
            }
            case INNER_PRODUCT -> dot(query, vector);
            case COSINE -> dot(query, vector) / Math.sqrt(dot(query, query) * dot(vector, vector));
        };
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
