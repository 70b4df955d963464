// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ProgressBarTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void aPlainStreamGetsALineNowAndThen() {
        ProgressBar bar = new ProgressBar(screen(false), "papers", 1_000, nanos::get);
        for (int i = 0; i < 500; i++) {
            nanos.addAndGet(10_000_000);
            bar.add(1);
        }
        bar.finish();

        assertThat(printed().lines()).hasSize(3).allMatch(line -> line.startsWith("papers ["));
        assertThat(printed()).contains("50%  500 of 1,000  100/s").doesNotContain("\033");
    }

    @Test
    void aTerminalIsRedrawnInPlaceAndKeepsLinesAbove() {
        Screen screen = screen(true);
        ProgressBar bar = new ProgressBar(screen, "papers", 0, nanos::get);
        nanos.addAndGet(1_000_000_000);
        bar.add(7);
        screen.line("a line");
        bar.finish();

        assertThat(printed())
                .isEqualTo("\r\033[Kpapers 7  7/s\r\033[Ka line" + System.lineSeparator()
                        + "papers 7  7/s\r\033[Kpapers 7  7/s" + System.lineSeparator());
    }

    private Screen screen(boolean terminal) {
        return new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal, 80);
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
