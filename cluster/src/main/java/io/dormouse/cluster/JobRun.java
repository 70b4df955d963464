// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.cluster;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a job is started from its jar.
 *
 * @param arguments of its main class
 * @param parallelism of its operators
 * @param restoreFrom a savepoint or retained checkpoint, as a URI; absent = an empty state
 */
public record JobRun(List<String> arguments, int parallelism, Optional<String> restoreFrom) {
    /** Copies what it is given. */
    public JobRun {
        arguments = List.copyOf(arguments);
        Objects.requireNonNull(restoreFrom);
        if (parallelism < 1) {
            throw new IllegalArgumentException("parallelism is " + parallelism + ", expected at least 1");
        }
    }
}
