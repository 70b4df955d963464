// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

/**
 * A replacement policy played out over nodes, without their contents: which blocks would be in the cache if this policy
 * alone decided. It holds at most its capacity between calls, except that a block larger than the capacity is held until
 * the next access.
 */
interface Shadow {
    /** Told when a block is no longer held. */
    interface Listener {
        void dropped(Shadow shadow, int node);
    }

    /** A block is asked for; returns whether it was held. Afterwards it is, unless it is too large. */
    boolean access(int node);

    boolean holds(int node);

    /** The block is deleted, or does not take part any more. */
    void forget(int node);

    /** The block in the table changed its size by this much. */
    void resize(int node, int deltaBytes);

    void setCapacity(long bytes);
}
