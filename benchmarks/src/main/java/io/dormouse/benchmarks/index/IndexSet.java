// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.index;

import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.index.IndexEngine.Distance;
import java.io.IOException;
import java.nio.file.Path;

/** A set that indexes are measured on. */
public enum IndexSet {
    SIFTSMALL("siftsmall", 128, Distance.L2) {
        @Override
        VectorSet load(Path folder) throws IOException {
            return VectorSet.siftsmall(folder);
        }
    },
    MNIST("mnist-784", 784, Distance.L2) {
        @Override
        VectorSet load(Path folder) throws IOException {
            return VectorSet.mnist(folder);
        }
    },
    ARXIV("arxiv", 200, Distance.COSINE) {
        @Override
        VectorSet load(Path folder) throws IOException {
            return VectorSet.arxiv(folder);
        }
    };

    private final String folder;
    private final int dimension;
    private final Distance distance;

    IndexSet(String folder, int dimension, Distance distance) {
        this.folder = folder;
        this.dimension = dimension;
        this.distance = distance;
    }

    abstract VectorSet load(Path folder) throws IOException;

    /** Name of its folder in the evaluation data. */
    public String folder() {
        return folder;
    }

    /** Components of its vectors. */
    public int dimension() {
        return dimension;
    }

    Distance distance() {
        return distance;
    }
}
