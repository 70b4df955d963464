// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.kernel.RelativeEncoder;
import io.dormouse.state.page.CorruptPageException;

/**
 * Rows encoded against the centroid of their page: one that goes to another page is encoded anew from its exact vector in
 * the raw log. A row whose exact vector is damaged lies at the centroid of its page, for all that anyone knows: it goes
 * where its page goes, and queries that come near it count the damage.
 */
final class RelativeRows implements RowCoder {
    private final NamespaceSettings settings;
    private final PageDirectory directory;
    private final ShardPages pages;
    private final RelativeEncoder encoder;
    private final float[] centroid;
    private final float[] exact;

    RelativeRows(NamespaceSettings settings, PageDirectory directory, ShardPages pages, RelativeEncoder encoder) {
        this.settings = settings;
        this.directory = directory;
        this.pages = pages;
        this.encoder = encoder;
        this.centroid = new float[settings.dimension()];
        this.exact = new float[settings.dimension()];
    }

    @Override
    public void append(PageBuffer buffer, long row, float[] vector) {
        centre(buffer);
        encoder.encode(vector);
        buffer.page.append(row, encoder);
    }

    @Override
    public void copy(PageBuffer from, int i, PageBuffer to) throws ColdBlockException {
        vector(from, i, exact);
        append(to, from.page.row(i), exact);
    }

    @Override
    public void vector(PageBuffer buffer, int i, float[] out) throws ColdBlockException {
        if (!read(buffer.page.row(i), out)) {
            directory.centroid(buffer.descriptor, out);
        }
    }

    @Override
    public boolean recode(PageBuffer buffer) throws ColdBlockException {
        pages.requireVectors(buffer, 0, buffer.page.count(), buffer.page.count()); // before the first is changed
        centre(buffer);
        for (int i = 0; i < buffer.page.count(); i++) {
            vector(buffer, i, exact);
            encoder.encode(exact);
            buffer.page.recode(i, encoder);
        }
        return buffer.page.count() > 0;
    }

    private void centre(PageBuffer buffer) {
        directory.centroid(buffer.descriptor, centroid);
        encoder.centre(centroid);
    }

    private boolean read(long row, float[] out) throws ColdBlockException {
        try {
            pages.exact(row, out);
            return true;
        } catch (CorruptPageException e) {
            return false;
        }
    }
}
