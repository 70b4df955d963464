// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.plan;

import io.dormouse.operators.namespace.NamespaceDefaults;
import io.dormouse.operators.record.ShardRecord;
import java.util.Objects;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes {@link PlanOperator}s. */
public final class PlanOperatorFactory extends AbstractStreamOperatorFactory<ShardRecord> {
    private static final long serialVersionUID = 1L;

    private final Planner planner;
    private final NamespaceDefaults defaults;

    public PlanOperatorFactory(Planner planner, NamespaceDefaults defaults) {
        this.planner = Objects.requireNonNull(planner, "planner");
        this.defaults = Objects.requireNonNull(defaults, "defaults");
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends StreamOperator<ShardRecord>> T createStreamOperator(
            StreamOperatorParameters<ShardRecord> parameters) {
        return (T) new PlanOperator(parameters, planner, defaults);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return PlanOperator.class;
    }
}
