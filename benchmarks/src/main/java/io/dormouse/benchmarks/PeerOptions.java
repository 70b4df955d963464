// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.peer.PeerJdk;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of benchmarks that run beside peers. */
final class PeerOptions {
    @Option(
            names = "--peer-jdk",
            paramLabel = "DIR",
            description = "A JDK " + PeerJdk.FEATURE_MIN + " or newer to run beside the peers on; default: $"
                    + PeerJdk.VARIABLE + ", or the newest one beside this JDK.")
    Path jdk;

    @Option(names = "--without-peers", description = "Leave the peers out.")
    boolean without;
}
