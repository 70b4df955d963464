// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.benchmarks.crash.CrashItems.Write;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CrashItemsTest {
    private static final int WRITES = 20_000;

    @Test
    void whatIsAskedForIsWrittenBeforeItIsUpdatedAndNeverDeleted() {
        Set<Integer> written = new HashSet<>();
        int updates = 0;
        int deletions = 0;
        for (int number = 0; number < WRITES; number++) {
            Write write = CrashItems.write(number);
            assertThat(write.deletes() && CrashItems.isAsked(write.item())).isFalse();
            deletions += write.deletes() && written.contains(write.item()) ? 1 : 0;
            updates += !write.deletes() && !written.add(write.item()) ? 1 : 0;
        }
        assertThat(updates).isGreaterThan(WRITES / 10);
        assertThat(deletions).isGreaterThan(WRITES / 20);
        assertThat(written).hasSizeBetween(WRITES / 2, WRITES);
    }

    @Test
    void aPayloadSaysWhichWriteItCameWith() {
        assertThat(CrashItems.writeOf(CrashItems.write(4_711).record().getPayload()))
                .isEqualTo(4_711);
    }

    @Test
    void aWriteIsTheSameEachTime() {
        assertThat(CrashItems.write(48).record()).isEqualTo(CrashItems.write(48).record());
    }
}
