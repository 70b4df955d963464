// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.record.OutputRecord;
import java.util.Objects;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes {@link PagedMemoryOperator}s. */
public final class PagedMemoryOperatorFactory extends AbstractStreamOperatorFactory<OutputRecord> {
    private static final long serialVersionUID = 1L;

    private final MemorySettings settings;

    public PagedMemoryOperatorFactory(MemorySettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings");
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends StreamOperator<OutputRecord>> T createStreamOperator(
            StreamOperatorParameters<OutputRecord> parameters) {
        return (T) new PagedMemoryOperator(parameters, settings);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return PagedMemoryOperator.class;
    }
}
