// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.adaptive;

import java.util.List;

/**
 * One stretch of a stream.
 *
 * @param rows rows of the base set that have been inserted at its end
 * @param fitted queries that are sampled then
 * @param measured other queries, asked afterwards
 */
public record Window(int rows, List<float[]> fitted, List<float[]> measured) {}
