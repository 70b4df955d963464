// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/**
 * Vector code whose vectors the compiler does not keep in registers makes an object of each and is 25 to 100 times slower.
 * Whether it does depends on the size of a kernel and on what else the process has run, so all kernels run in one process
 * of their own, each beside its twin in plain Java.
 */
class KernelCliffTest {
    @Test
    void noKernelAllocatesOrIsSlowerThanPlainJava() throws Exception {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "--add-modules=jdk.incubator.vector",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KernelCliffs.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(printed.lines().filter(line -> !line.startsWith("fine")))
                .as(printed)
                .isEmpty();
        assertThat(printed.lines().count()).isGreaterThan(12);
    }
}
