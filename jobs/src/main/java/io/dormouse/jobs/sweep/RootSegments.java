// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs.sweep;

import java.util.Set;

/**
 * What a root refers to.
 *
 * @param names of segments
 * @param source from where that is known
 */
public record RootSegments(Set<String> names, Source source) {
    /** From where names of segments are known. */
    public enum Source {
        /** Operator list state: nothing had to be restored. */
        NAMES,
        /** Every reference in keyed state. */
        REFERENCES,
        /** The root is of a job without a paged memory. */
        NO_MEMORY
    }
}
