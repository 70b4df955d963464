// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import io.dormouse.state.kernel.VectorKernels;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.WarmStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All page descriptors of a shard and the matrix of their centroids: what a query ranks to find the pages to probe, and
 * an insert to find the page to go to. Centroids are float32, little-endian, one row of {@code 4 * dimension} bytes a
 * page, in the order of {@link PageDescriptor#position()}, so that one kernel call scores them all in place.
 */
public final class PageDirectory {
    /** Pages a shard may have: 20 bits of an address number the page within its coarse cell, and there is one cell. */
    public static final int PAGES_MAX = 1 << 20;

    private static final int SLACK_BYTES = VectorKernels.SLACK_BYTES;

    private final WarmStore store;
    private final int dimension;
    private final int rowBytes;
    private final Set<PageDescriptor> changedCentroids = new HashSet<>();

    private PageDescriptor[] descriptors = new PageDescriptor[4];
    private byte[] centroids;
    private float[] distances = new float[4];
    private int size;
    private int nextPage;

    public PageDirectory(WarmStore store, int dimension) {
        this.store = store;
        this.dimension = dimension;
        this.rowBytes = dimension * Float.BYTES;
        this.centroids = new byte[4 * rowBytes + SLACK_BYTES];
    }

    /**
     * Reads the descriptors and centroids of pages 0 to nextPage that exist; the store has the shard selected. A page of
     * which both are missing was merged away.
     *
     * @return pages whose descriptor or centroid is damaged or missing: what they lack must be taken from the page itself
     */
    public List<PageDescriptor> load(int nextPage) {
        this.nextPage = nextPage;
        List<PageDescriptor> incomplete = new ArrayList<>();
        for (int page = 0; page < nextPage; page++) {
            byte[] stored = store.block(BlockKey.of(BlockKind.DESCRIPTOR, page));
            byte[] centroid = store.block(BlockKey.of(BlockKind.CENTROID, page));
            if (stored != null || centroid != null) {
                load(page, stored, centroid, incomplete);
            }
        }
        return incomplete;
    }

    private void load(int page, byte[] stored, byte[] centroid, List<PageDescriptor> incomplete) {
        PageDescriptor descriptor;
        try {
            descriptor = PageDescriptor.read(stored);
        } catch (CorruptBlockException e) {
            descriptor = PageDescriptor.lost(page);
            incomplete.add(descriptor);
        }
        place(descriptor);
        try {
            Frame.open(BlockKind.CENTROID, centroid).get(centroids, descriptor.position() * rowBytes, rowBytes);
        } catch (CorruptBlockException e) {
            incomplete.add(descriptor);
        }
    }

    /** Adds a page with this centroid. */
    public PageDescriptor add(float[] centroid) {
        if (nextPage == PAGES_MAX) {
            throw new IllegalStateException(
                    "a shard holds at most " + PAGES_MAX + " pages: create the namespace with more partitions");
        }
        PageDescriptor descriptor = new PageDescriptor(nextPage++);
        place(descriptor);
        setCentroid(descriptor, centroid);
        return descriptor;
    }

    /** Moves a page's centroid. */
    public void setCentroid(PageDescriptor descriptor, float[] centroid) {
        ByteBuffer row = ByteBuffer.wrap(centroids, descriptor.position() * rowBytes, rowBytes)
                .order(ByteOrder.LITTLE_ENDIAN);
        row.asFloatBuffer().put(centroid, 0, dimension);
        changedCentroids.add(descriptor);
    }

    /** A vector in the form of a centroid row, with room to read past its end. */
    public static byte[] row(float[] vector, int dimension) {
        byte[] row = new byte[dimension * Float.BYTES + SLACK_BYTES];
        ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(vector, 0, dimension);
        return row;
    }

    /** Copies a page's centroid into the array. */
    public void centroid(PageDescriptor descriptor, float[] out) {
        ByteBuffer.wrap(centroids, descriptor.position() * rowBytes, rowBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(out, 0, dimension);
    }

    /** Forgets a page; the last one takes its place in the matrix. */
    public void remove(PageDescriptor descriptor) {
        int last = size - 1;
        int position = descriptor.position();
        if (position != last) {
            descriptors[position] = descriptors[last];
            descriptors[position].setPosition(position);
            System.arraycopy(centroids, last * rowBytes, centroids, position * rowBytes, rowBytes);
        }
        descriptors[last] = null;
        size = last;
        descriptor.setRemoved();
        changedCentroids.remove(descriptor);
        store.removeBlock(descriptor.descriptorKey());
        store.removeBlock(BlockKey.of(BlockKind.CENTROID, descriptor.page()));
    }

    /** Stores what changed. */
    public void flush() {
        for (int i = 0; i < size; i++) {
            if (descriptors[i].changed()) {
                store.putBlock(descriptors[i].descriptorKey(), descriptors[i].write());
            }
        }
        for (PageDescriptor descriptor : changedCentroids) {
            ByteBuffer body = Frame.body(rowBytes);
            body.put(centroids, descriptor.position() * rowBytes, rowBytes);
            store.putBlock(BlockKey.of(BlockKind.CENTROID, descriptor.page()), Frame.seal(BlockKind.CENTROID, body));
        }
        changedCentroids.clear();
    }

    /**
     * Squared distances from a vector to every centroid, by position; valid until the next call.
     *
     * @param vector zero padded to a multiple of 16 components
     */
    public float[] squaredDistances(VectorKernels kernels, float[] vector) {
        kernels.float32().squaredL2Block(centroids, 0, rowBytes, size, vector, dimension, distances);
        return distances;
    }

    /** The page whose centroid is nearest and that can take rows, or null when there is none. */
    public PageDescriptor nearest(VectorKernels kernels, float[] vector) {
        float[] d = squaredDistances(kernels, vector);
        int best = -1;
        for (int i = 0; i < size; i++) {
            if ((best < 0 || d[i] < d[best]) && !descriptors[i].faulted()) {
                best = i;
            }
        }
        return best < 0 ? null : descriptors[best];
    }

    /** The centroid matrix, with room to read past its end; do not change it. */
    public byte[] centroids() {
        return centroids;
    }

    /** Offset of a page's centroid in {@link #centroids()}. */
    public int centroidOffset(PageDescriptor descriptor) {
        return descriptor.position() * rowBytes;
    }

    /** The descriptor at a position. */
    public PageDescriptor at(int position) {
        return descriptors[position];
    }

    public int size() {
        return size;
    }

    /** Number the next new page will get. */
    public int nextPage() {
        return nextPage;
    }

    public int heapBytes() {
        return 128 + centroids.length + descriptors.length * (4 + 96 + 4);
    }

    private void place(PageDescriptor descriptor) {
        if (size == descriptors.length) {
            int capacity = size + (size >> 1) + 1;
            descriptors = Arrays.copyOf(descriptors, capacity);
            centroids = Arrays.copyOf(centroids, capacity * rowBytes + SLACK_BYTES);
            distances = new float[capacity];
        }
        descriptor.setPosition(size);
        descriptors[size++] = descriptor;
    }
}
