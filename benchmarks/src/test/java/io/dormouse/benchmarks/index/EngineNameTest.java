// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.state.kernel.Code;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngineNameTest {
    @Test
    void besidePeersTheDefaultCodeAlsoRunsOnTheOwnJdk() {
        assertThat(EngineName.besidePeers(List.of(Code.INT8, Code.RABITQ), Code.RABITQ))
                .extracting(EngineName::text)
                .startsWith("dormouse-int8", "dormouse-rabitq", "dormouse-rabitq-own-jdk", "lucene");
    }

    @Test
    void withoutPeersThereIsNoSecondJdk() {
        assertThat(EngineName.alone(List.of(Code.INT8)))
                .extracting(EngineName::text)
                .containsExactly("dormouse-int8-own-jdk");
    }

    @Test
    void anUnknownEngineIsNamedWithWhatWasExpected() {
        assertThatThrownBy(() -> new EngineName("faiss").open())
                .hasMessageContaining("engine 'faiss' is unknown")
                .hasMessageContaining("lucene-tuned");
    }
}
