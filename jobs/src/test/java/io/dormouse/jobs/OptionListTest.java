// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;

/** The list of options is complete, in order, and tells ours from Flink's. */
class OptionListTest {
    @Test
    void everyOptionHasAKeyOfItsOwnAndADescription() {
        assertThat(OptionList.options())
                .hasSizeGreaterThan(25)
                .extracting(ConfigOption::key)
                .doesNotHaveDuplicates()
                .startsWith("kafka.bootstrap-servers")
                .allMatch(key -> key.matches("[a-z]+(\\.[a-z0-9-]+)+"));
        assertThat(OptionList.options())
                .allSatisfy(
                        option -> assertThat(OptionList.descriptionOf(option)).isNotBlank());
    }

    @Test
    void onlyKeysThatLookLikeOursAndAreNotAreUnknown() {
        assertThat(OptionList.unknown(Set.of("execution.buffer-timeout.interval", "memory.hot-bytes-max")))
                .isEmpty();
        assertThat(OptionList.unknown(Set.of("kafka.properties.security.protocol")))
                .isEmpty();
        assertThat(OptionList.unknown(Set.of("results.lingers", "results.delivery")))
                .contains("results.lingers");
    }

    @Test
    void defaultsAreShownAsAUserWouldWriteThem() {
        assertThat(OptionList.defaultOf(RetrievalOptions.HOT_BYTES)).isEqualTo("512 mb");
        assertThat(OptionList.defaultOf(RetrievalOptions.TOMBSTONE_RETENTION)).isEqualTo("7 d");
        assertThat(OptionList.defaultOf(RetrievalOptions.RESULTS_FORMAT)).isEqualTo("JSON");
        assertThat(OptionList.defaultOf(RetrievalOptions.RESULTS_LINGER)).isEqualTo("0 ms");
    }
}
