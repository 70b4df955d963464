// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import io.dormouse.state.kernel.PreparedQuery;
import io.dormouse.state.kernel.VectorKernels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Centroids that are scored by one kernel call: float32, little-endian, one row of {@code 4 * dimension} bytes each, with
 * room to read past the last.
 */
final class CentroidMatrix {
    /** Most shards have a single page. */
    private static final int ROWS_FIRST = 1;

    private final int dimension;
    private final int rowBytes;
    private byte[] bytes;
    private int rows;

    CentroidMatrix(int dimension) {
        this.dimension = dimension;
        rowBytes = dimension * Float.BYTES;
        bytes = new byte[ROWS_FIRST * rowBytes + VectorKernels.SLACK_BYTES];
    }

    int rows() {
        return rows;
    }

    /** Bytes of one row. */
    int rowBytes() {
        return rowBytes;
    }

    /** Appends a row of zeros. */
    void add() {
        if ((rows + 1) * rowBytes + VectorKernels.SLACK_BYTES > bytes.length) {
            int capacity = Math.max(rows + 1, rows + (rows >> 1));
            bytes = Arrays.copyOf(
                    bytes, Math.addExact(Math.multiplyExact(capacity, rowBytes), VectorKernels.SLACK_BYTES));
        }
        Arrays.fill(bytes, rows * rowBytes, (rows + 1) * rowBytes, (byte) 0);
        rows++;
    }

    void set(int row, float[] centroid) {
        floats(row).asFloatBuffer().put(centroid, 0, dimension);
    }

    void get(int row, float[] out) {
        floats(row).asFloatBuffer().get(out, 0, dimension);
    }

    /** Fills a row with one of another matrix of the same dimension. */
    void copy(CentroidMatrix from, int fromRow, int row) {
        System.arraycopy(from.bytes, fromRow * rowBytes, bytes, row * rowBytes, rowBytes);
    }

    /** The stored bytes of rows {@code from <= i < to}. */
    void write(int from, int to, ByteBuffer out) {
        out.put(bytes, from * rowBytes, (to - from) * rowBytes);
    }

    /** Fills rows from stored bytes. */
    void read(int from, int to, ByteBuffer in) {
        in.get(bytes, from * rowBytes, (to - from) * rowBytes);
    }

    /** Removes a row; the last one takes its place. */
    void remove(int row) {
        int last = rows - 1;
        if (row != last) {
            System.arraycopy(bytes, last * rowBytes, bytes, row * rowBytes, rowBytes);
        }
        rows = last;
    }

    /** The mean of all rows. */
    float[] mean() {
        double[] sum = new double[dimension];
        float[] row = new float[dimension];
        for (int i = 0; i < rows; i++) {
            get(i, row);
            for (int j = 0; j < dimension; j++) {
                sum[j] += row[j];
            }
        }
        for (int j = 0; j < dimension; j++) {
            row[j] = (float) (sum[j] / Math.max(1, rows));
        }
        return row;
    }

    /** Squared distance of a row to a vector that is zero padded as kernels want it. */
    float squaredL2(VectorKernels kernels, int row, float[] vector) {
        return kernels.float32().squaredL2(bytes, row * rowBytes, vector, dimension);
    }

    /** Squared distances of all rows. */
    void squaredL2(VectorKernels kernels, float[] vector, float[] out) {
        kernels.float32().squaredL2Block(bytes, 0, rowBytes, rows, vector, dimension, out);
    }

    /** Distances of all rows to a query. */
    void distances(PreparedQuery query, float[] out) {
        query.centroidDistances(bytes, rows, out);
    }

    int heapBytes() {
        return bytes.length + 48;
    }

    private ByteBuffer floats(int row) {
        return ByteBuffer.wrap(bytes, row * rowBytes, rowBytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
