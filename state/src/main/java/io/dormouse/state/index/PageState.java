// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

/** What maintenance is doing with a page. A page that is gone has no descriptor; queries scan pages in every state. */
public enum PageState {
    /** Nothing. */
    READY,
    /** It is being examined for a split and takes rows as ever. */
    SPLITTING,
    /** Its rows are moving to other pages: it takes no more. */
    DRAINING,
    /** Half of a page that is being split moves here. */
    FILLING
}
