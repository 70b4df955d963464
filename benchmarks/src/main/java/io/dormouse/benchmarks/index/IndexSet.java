// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.index;

import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.index.IndexEngine.Distance;
import java.io.IOException;
import java.nio.file.Path;

/** A set that indexes are measured on. */
public enum IndexSet {
    SIFTSMALL("siftsmall", Distance.L2) {
        @Override
        VectorSet load(Path folder) throws IOException {
            return VectorSet.siftsmall(folder);
        }
    },
    MNIST("mnist-784", Distance.L2) {
        @Override
        VectorSet load(Path folder) throws IOException {
            return VectorSet.mnist(folder);
        }
    },
    ARXIV("arxiv", Distance.COSINE) {
        @Override
        VectorSet load(Path folder) throws IOException {
            return VectorSet.arxiv(folder);
        }
    };

    private final String folder;
    private final Distance distance;

    IndexSet(String folder, Distance distance) {
        this.folder = folder;
        this.distance = distance;
    }

    abstract VectorSet load(Path folder) throws IOException;

    /** Name of its folder in the evaluation data. */
    public String folder() {
        return folder;
    }

    Distance distance() {
        return distance;
    }
}
