// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Which block leaves the hot tier. Pure code over numbered nodes: no clock, no random source, no I/O, no allocation per
 * access. The trace simulator of the benchmarks runs these very classes. {@link EvictionPolicy} carries the essay.
 */
package io.dormouse.state.cache.policy;
