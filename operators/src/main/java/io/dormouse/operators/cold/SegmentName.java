// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import java.util.regex.Pattern;

/** The name of a cold object, and where it lies under a store's root. */
final class SegmentName {
    /** What a name may look like; it becomes part of a path, so nothing in it may lead elsewhere. */
    private static final Pattern NAME = Pattern.compile("[0-9a-f][0-9a-f.-]{1,199}");

    private static final int FOLDER_CHARACTERS = 2;

    private SegmentName() {}

    /** {@code segments/FIRST TWO CHARACTERS/NAME}. */
    static String path(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' cannot name a cold object: expected a hexadecimal digit,"
                    + " then 1 to 199 of these, dots and dashes");
        }
        return "segments/" + name.substring(0, FOLDER_CHARACTERS) + "/" + name;
    }

    /** Refuses a range that is empty or begins before the object. */
    static void checkRange(String name, long offset, int length) {
        if (offset < 0 || length < 1) {
            throw new IllegalArgumentException("bytes " + offset + " + " + length + " of cold object " + name
                    + " cannot be read: expected an offset from 0 and a length from 1");
        }
    }
}
