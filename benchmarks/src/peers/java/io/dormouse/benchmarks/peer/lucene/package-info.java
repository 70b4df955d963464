// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Lucene as a peer. Sources below {@code src/peers} are compiled when a benchmark starts, with the JDK that it runs the
 * peers on, and not by the build: see decision 13.
 */
package io.dormouse.benchmarks.peer.lucene;
