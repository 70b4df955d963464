// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BlockValueTest {
    @Test
    void anOrdinaryBlockWeighsOne() {
        assertThat(BlockValue.ORDINARY.weight()).isEqualTo(1);
    }

    @Test
    void latencyAndImportanceMultiply() {
        assertThat(new BlockValue(20 * BlockValue.WARM_MICROS, 1).weight()).isEqualTo(40);
    }

    @Test
    void whatIsNotImportantIsNotFree() {
        assertThat(new BlockValue(BlockValue.WARM_MICROS, 0).weight()).isPositive();
    }

    @Test
    void impossibleValuesAreRefused() {
        assertThatThrownBy(() -> new BlockValue(0, 0.5f)).hasMessageContaining("above zero");
        assertThatThrownBy(() -> new BlockValue(1, 1.1f)).hasMessageContaining("0 to 1");
        assertThatThrownBy(() -> new BlockValue(1, Float.NaN)).hasMessageContaining("0 to 1");
    }
}
