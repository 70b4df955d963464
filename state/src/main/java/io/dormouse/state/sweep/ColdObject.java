// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.sweep;

/**
 * An object under the root of a cold tier.
 *
 * @param path relative to the root
 * @param bytes its length
 * @param modifiedMillis when it was last written, by the clock of the store, since the epoch
 */
public record ColdObject(String path, long bytes, long modifiedMillis) {}
