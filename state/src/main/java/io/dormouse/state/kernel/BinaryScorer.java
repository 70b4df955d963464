// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import io.dormouse.state.page.VectorPage;

/** Scores rows of bits with the query in bits. */
final class BinaryScorer implements RowScorer {
    private final BinaryKernels kernels;
    private final BinaryQuery bits = new BinaryQuery();
    private final int[] differing = new int[PreparedQuery.BLOCK_SCORES];

    BinaryScorer(BinaryKernels kernels) {
        this.kernels = kernels;
    }

    @Override
    public void prepare(QueryVector query) {
        if (query.metric() != Metric.HAMMING) {
            throw new IllegalArgumentException("binary pages cannot be scored by " + query.metric()
                    + "; expected HAMMING: create the namespace with it or with another code");
        }
        bits.set(query.values(), query.dimension());
    }

    @Override
    public void score(VectorPage page, int first, int rows, float[] out) {
        kernels.hammingBlock(page.bytes(), page.codeOffset(first), rows, bits, differing);
        for (int i = 0; i < rows; i++) {
            out[i] = differing[i];
        }
    }
}
