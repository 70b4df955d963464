// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.benchmarks.load.LoadDriver.Paced;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadDriverTest {
    @Test
    void latenciesOfAllAreMeasuredAndResultsOfSomeAreKept() {
        try (LoadDriver driver = new LoadDriver(new Echo(), 10)) {
            Paced paced = driver.pace(Duration.ofMillis(200), 1_000);
            assertThat(paced.latencyMillis()).hasSize(200).isSorted();
            assertThat(paced.results())
                    .hasSize(20)
                    .allSatisfy(result -> assertThat(result[0] % 10).isZero());
            assertThat(driver.pace(Duration.ofMillis(50), 1_000).results()).hasSize(5);
        }
    }

    /** Answers at once, with the last byte of the number. */
    private static final class Echo implements QueryTransport {
        private Receiver receiver;

        @Override
        public void start(Receiver toTell) {
            receiver = toTell;
        }

        @Override
        public void send(long number) {
            receiver.answered(number, new byte[] {(byte) (number % 100)});
        }

        @Override
        public void close() {
            // nothing runs
        }
    }
}
