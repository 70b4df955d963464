// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.namespace;

import static io.dormouse.operators.Samples.create;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.schema.CodeName;
import io.dormouse.schema.MetricName;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.page.Profile;
import io.dormouse.state.shard.NamespaceSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a namespace gets when nobody names it. */
class NamespaceDefaultsTest {
    @ParameterizedTest
    @CsvSource({
        "AUTO, 1, FULL, INT8",
        "AUTO, 511, FULL, INT8",
        "AUTO, 512, FULL, RABITQ",
        "AUTO, 4096, FULL, RABITQ",
        "AUTO, 768, CORE, INT8",
        "AUTO, 1024, HOT, INT8",
        "INT8, 4096, FULL, INT8",
        "FLOAT32, 4, FULL, FLOAT32",
        "FLOAT32, 4, CORE, FLOAT32",
        "PQ, 4, HOT, PQ",
        "RABITQ, 4, FULL, RABITQ",
    })
    void theCodeFollowsFromDimensionAndProfileUnlessOneIsSet(
            DefaultCode option, int dimension, Profile profile, Code code) {
        NamespaceDefaults defaults = new NamespaceDefaults(Metric.L2, option, 0.9f, profile);
        assertThat(defaults.ofFirstRecord(dimension).code()).isEqualTo(code);
        assertThat(defaults.of(create("c", "docs", dimension, 1).build()).code())
                .isEqualTo(code);
    }

    @Test
    void whatACommandNamesWins() {
        NamespaceDefaults defaults = new NamespaceDefaults(Metric.L2, DefaultCode.AUTO, 0.9f, Profile.FULL);
        NamespaceSettings settings = defaults.of(create("c", "docs", 768, 3)
                .setCode(CodeName.PQ)
                .setMetric(MetricName.COSINE)
                .setRecallTarget(0.5f)
                .build());
        assertThat(settings).isEqualTo(NamespaceSettings.of(768, Metric.COSINE, Code.PQ, 3, 0.5f));
    }
}
