// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory that a process takes. */
public final class Resident {
    private Resident() {}

    /** Bytes of it that lie in RAM, as Linux counts them (VmRSS). */
    public static long bytes(ProcessHandle process) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        throw new IOException("process " + process.pid() + " says nothing of its memory: it has ended");
    }
}
