// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.demo;

/**
 * How good answers were.
 *
 * @param questions questions answered
 * @param recall mean share of the exact k nearest that the answers hold
 * @param ownPaper share of questions whose own paper is among the hits
 * @param ownPaperExact the same for exact search
 * @param rowsScoredShare mean share of the stored rows that were scored
 */
record RecallReport(int questions, double recall, double ownPaper, double ownPaperExact, double rowsScoredShare) {}
