// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import java.nio.file.Path;

/** Data that a benchmark needs and that is not shipped with the project is not there. */
public final class DataMissingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DataMissingException(Path wanted) {
        super("no data at " + wanted + ": name the folder that holds arxiv/ and siftsmall/ with --data");
    }
}
