// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

/** Rows whose codes mean the same in every page: they move as they are. */
final class AbsoluteRows implements RowCoder {
    @Override
    public void append(PageBuffer buffer, long row, float[] vector) {
        buffer.page.append(row, vector);
    }

    @Override
    public void copy(PageBuffer from, int i, PageBuffer to) {
        to.page.appendFrom(from.page, i);
    }

    @Override
    public void vector(PageBuffer buffer, int i, float[] out) {
        buffer.page.decode(i, out);
    }

    @Override
    public boolean recode(PageBuffer buffer) {
        return false;
    }
}
