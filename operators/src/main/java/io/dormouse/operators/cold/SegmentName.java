// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import io.dormouse.state.sweep.ColdLayout;
import java.util.regex.Pattern;

/** The name of a cold object, and where it lies under a store's root. */
final class SegmentName {
    /** What a name may look like; it becomes part of a path, so nothing in it may lead elsewhere. */
    private static final Pattern NAME = Pattern.compile("[0-9a-f][0-9a-f.-]{1,199}");

    private SegmentName() {}

    /** {@code segments/FIRST TWO CHARACTERS/NAME}. */
    static String path(String name) {
        return ColdLayout.segment(checked(name));
    }

    /** {@code trash/FIRST TWO CHARACTERS/NAME}: where a sweep moves an object, and whence it comes back if it is needed. */
    static String trashPath(String name) {
        return ColdLayout.trash(checked(name));
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' cannot name a cold object: expected a hexadecimal digit,"
                    + " then 1 to 199 of these, dots and dashes");
        }
        return name;
    }

    /** Refuses a range that is empty or begins before the object. */
    static void checkRange(String name, long offset, int length) {
        if (offset < 0 || length < 1) {
            throw new IllegalArgumentException("bytes " + offset + " + " + length + " of cold object " + name
                    + " cannot be read: expected an offset from 0 and a length from 1");
        }
    }
}
