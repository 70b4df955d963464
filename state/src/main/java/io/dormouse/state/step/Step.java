// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.step;

/** A bounded piece of work between two records: small enough that a query behind it does not notice. */
@FunctionalInterface
public interface Step {
    void run();
}
