// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.sample;

/**
 * A question whose right answer is known: the title of a paper, asked of the abstracts.
 *
 * @param title the text asked
 * @param paper row of the paper of that title in the sample
 * @param vector the title's word-vector average, unit norm within rounding
 */
public record TitleQuestion(String title, int paper, float[] vector) {}
