// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

/** What one of several shards says to something that all of them were asked. */
public interface Part {
    /** Names what they were asked, unique in the job: partition and offset of its record. */
    String askId();

    /** Shards asked. */
    int parts();

    /** Which of them speaks, from 0. */
    int part();

    /** Bytes of what it says. */
    int bytes();
}
