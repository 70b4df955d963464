// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.sweep;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which object lies where under the root of a cold tier (docs/formats.md, "Cold segments"). */
public final class ColdLayout {
    /** Registered savepoints lie here. */
    public static final String ROOTS = "roots/";

    private static final String SEGMENTS = "segments/";
    private static final String TRASH = "trash/";
    private static final int FOLDER_CHARACTERS = 2;
    /** What the job stores: a SHA-256 below its first two digits. Nothing else is ever touched. */
    private static final Pattern SEGMENT = Pattern.compile("(segments|trash)/([0-9a-f]{2})/(\\2[0-9a-f]{62})");

    private ColdLayout() {}

    /**
     * A segment, or what was one.
     *
     * @param name 64 hexadecimal digits
     * @param inTrash whether it lies in the trash
     */
    public record Place(String name, boolean inTrash) {}

    /** Where a segment lies while something may refer to it. */
    public static String segment(String name) {
        return SEGMENTS + name.substring(0, FOLDER_CHARACTERS) + "/" + name;
    }

    /** Where a segment lies that was found to be without use. */
    public static String trash(String name) {
        return TRASH + name.substring(0, FOLDER_CHARACTERS) + "/" + name;
    }

    /** Which segment lies at a path; empty when the object there is none. */
    public static Optional<Place> at(String path) {
        Matcher found = SEGMENT.matcher(path);
        return found.matches() ? Optional.of(new Place(found.group(3), path.startsWith(TRASH))) : Optional.empty();
    }
}
