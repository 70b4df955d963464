// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.schema.QueryResult;

/** Sums over all answers seen. */
record WatchTotals(
        long answers,
        long partial,
        long errors,
        long deadLetters,
        long pagesHot,
        long pagesWarm,
        long pagesCold,
        long rowsScored,
        long rowsStored) {
    static final WatchTotals NONE = new WatchTotals(0, 0, 0, 0, 0, 0, 0, 0, 0);

    WatchTotals plus(QueryResult result) {
        return new WatchTotals(
                answers + 1,
                partial + (result.getPartial() ? 1 : 0),
                errors + (result.getError() != null ? 1 : 0),
                deadLetters,
                pagesHot + result.getCost().getPagesHot(),
                pagesWarm + result.getCost().getPagesWarm(),
                pagesCold + result.getCost().getPagesCold(),
                rowsScored + result.getCost().getRowsScored(),
                rowsStored + result.getCost().getRowsStored());
    }

    WatchTotals plusDeadLetter() {
        return new WatchTotals(
                answers, partial, errors, deadLetters + 1, pagesHot, pagesWarm, pagesCold, rowsScored, rowsStored);
    }
}
