// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.plan;

import io.dormouse.schema.Limits;
import io.dormouse.schema.WireFormat;
import java.io.Serializable;
import java.util.Objects;

/**
 * How one input topic is read.
 *
 * @param format wire form of its records
 * @param limits bounds that records are held to
 * @param deadLetters where refused records go
 */
public record InputSettings(WireFormat format, Limits limits, DeadLetters deadLetters) implements Serializable {
    public InputSettings {
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(deadLetters, "deadLetters");
    }
}
