// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FaultPointTest {
    private static final int KILLED = 137;

    @Test
    void aNamedPointFailsWhatComesToItForTheNthTime() throws Exception {
        Ended ended = run("SPLIT_DRAINS@2");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.printed())
                .startsWith("reached 1")
                .contains("injected crash at fault point SPLIT_DRAINS")
                .doesNotContain("reached 2");
    }

    @Test
    void aNamedPointWithAnExclamationMarkHaltsTheProcess() throws Exception {
        Ended ended = run("SPLIT_DRAINS@2!");
        assertThat(ended.code()).isEqualTo(KILLED);
        assertThat(ended.printed().lines()).containsExactly("reached 1", "halted at fault point SPLIT_DRAINS");
    }

    @Test
    void aNameThatIsNoneIsRefused() throws Exception {
        for (String wrong : new String[] {"SPLIT@2", "SPLIT_DRAINS@x"}) {
            assertThat(run(wrong).printed())
                    .contains("dormouse.fault-point=" + wrong + ": expected NAME, NAME@N or NAME@N!")
                    .contains("SPLIT_DRAINS|");
        }
    }

    private record Ended(int code, String printed) {}

    private static Ended run(String point) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Ddormouse.fault-point=" + point,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Drill.class.getName())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), printed);
    }

    /** A process that comes to a point three times. */
    static final class Drill {
        private Drill() {}

        public static void main(String[] arguments) {
            for (int i = 1; i <= 3; i++) {
                FaultPoint.PAGE_LEAVES.reached();
                FaultPoint.SPLIT_DRAINS.reached();
                System.out.println("reached " + i);
            }
        }
    }
}
