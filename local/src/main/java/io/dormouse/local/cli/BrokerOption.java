// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.local.RunningStack;
import picocli.CommandLine.Option;

/** Which broker a client command speaks to. */
final class BrokerOption {
    @Option(
            names = {"-b", "--bootstrap"},
            paramLabel = "HOST:PORT",
            description = "Kafka broker; without it the stack that ./dormouse up or demo runs (its address is kept in"
                    + " dormouse-USER/running.properties in the temporary folder).")
    private String bootstrap;

    String address() {
        if (bootstrap != null) {
            return bootstrap;
        }
        return RunningStack.find()
                .map(RunningStack::bootstrap)
                .orElseThrow(() -> new IllegalStateException("no running stack is remembered in " + RunningStack.file()
                        + ": start one with ./dormouse up, or name a broker with --bootstrap HOST:PORT"));
    }
}
