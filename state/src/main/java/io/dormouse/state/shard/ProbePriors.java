// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.index.probe.ProbeCalibration;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the shards of one operator have taught about probing, by their shape. It is not stored: a shard that wakes with a
 * calibration of its own fills an empty one.
 */
final class ProbePriors {
    /** Shapes remembered; beyond that the one longest unused is forgotten. */
    private static final int SHAPES_MAX = 256;

    private final Map<Shape, ProbeCalibration> byShape = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Shape, ProbeCalibration> eldest) {
            return size() > SHAPES_MAX;
        }
    };

    private record Shape(int dimension, Code code, Metric metric) {}

    ProbeCalibration of(NamespaceSettings settings) {
        Shape shape = new Shape(settings.dimension(), settings.code(), settings.metric());
        return byShape.computeIfAbsent(shape, s -> new ProbeCalibration());
    }
}
