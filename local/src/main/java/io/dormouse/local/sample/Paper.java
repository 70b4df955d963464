// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.sample;

/** One paper of the sample: arXiv id, date of submission (ISO, e.g. {@code 2007-03-14}), primary category and title. */
public record Paper(String id, String date, String category, String title) {}
