// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.sweep;

import java.util.List;

/**
 * What a sweep found, and did.
 *
 * @param applied false = nothing was touched
 * @param roots checkpoints and savepoints that were read
 * @param referenced segments that at least one of them refers to
 * @param young segments nothing refers to, not yet old enough to be moved to the trash
 * @param old segments nothing refers to, old enough
 * @param inTrash segments in the trash before this sweep
 * @param expired of these, those that nothing refers to and that were there for long enough
 * @param toRestore of these, those that a root refers to and that are nowhere else
 * @param restored segments brought back from the trash because a root refers to them
 * @param moved segments moved to the trash
 * @param deleted segments deleted for good
 * @param missing names of segments that a root refers to and that are nowhere
 * @param failures what could not be done, in words; the first hundred
 * @param unknown objects that are no segments; never touched
 * @param unknownExamples paths of some of them
 */
public record SweepReport(
        boolean applied,
        int roots,
        Count referenced,
        Count young,
        Count old,
        Count inTrash,
        Count expired,
        Count toRestore,
        Count restored,
        Count moved,
        Count deleted,
        List<String> missing,
        List<String> failures,
        long unknown,
        List<String> unknownExamples) {
    public SweepReport {
        missing = List.copyOf(missing);
        failures = List.copyOf(failures);
        unknownExamples = List.copyOf(unknownExamples);
    }

    /**
     * Segments and what they take.
     *
     * @param segments how many
     * @param bytes of all of them
     */
    public record Count(long segments, long bytes) {}

    /** Whether nothing is missing and everything could be done. */
    public boolean isClean() {
        return missing.isEmpty() && failures.isEmpty();
    }
}
