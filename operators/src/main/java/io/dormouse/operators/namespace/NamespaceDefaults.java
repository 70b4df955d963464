// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.namespace;

import io.dormouse.schema.CodeName;
import io.dormouse.schema.MetricName;
import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.Violation;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.page.Profile;
import io.dormouse.state.shard.NamespaceSettings;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;

/**
 * What a namespace gets when nobody says otherwise.
 *
 * @param metric how nearness is measured
 * @param code how scan pages hold vectors
 * @param recallTarget share of the true nearest k that a query should find
 * @param profile what pages may need of their reader
 */
public record NamespaceDefaults(Metric metric, DefaultCode code, float recallTarget, Profile profile)
        implements Serializable {
    public NamespaceDefaults {
        Objects.requireNonNull(metric, "metric");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(profile, "profile");
    }

    /** Settings of a namespace that its first record creates. */
    public NamespaceSettings ofFirstRecord(int dimension) {
        return NamespaceSettings.of(dimension, metric, code.choose(dimension, profile), 1, recallTarget);
    }

    /** Settings that a CREATE command asks for. */
    public NamespaceSettings of(NamespaceCommand command) {
        return limited(
                NamespaceSettings.of(
                        command.getDimension(),
                        command.getMetric() == null ? metric : metric(command.getMetric()),
                        command.getCode() == null
                                ? code.choose(command.getDimension(), profile)
                                : code(command.getCode()),
                        Topology.partitionsOf(command),
                        recallTarget),
                command);
    }

    /** Existing settings with what an ALTER command changes. */
    public static NamespaceSettings altered(NamespaceSettings settings, NamespaceCommand command) {
        return limited(settings, command);
    }

    /** Names in a command what was chosen for it, so that whoever reads it again chooses the same. */
    public static void name(NamespaceSettings chosen, NamespaceCommand command) {
        command.setMetric(MetricName.valueOf(chosen.metric().name()));
        command.setCode(CodeName.valueOf(chosen.code().name()));
    }

    /** A name in a command that this job has nothing for, or null. */
    static Violation lacking(NamespaceCommand command) {
        if (command.getCode() != null && lacks(Code.values(), command.getCode())) {
            return Violation.unsupported(command.getNamespace(), "this job lacks code " + command.getCode());
        }
        return command.getMetric() != null && lacks(Metric.values(), command.getMetric())
                ? Violation.unsupported(command.getNamespace(), "this job lacks metric " + command.getMetric())
                : null;
    }

    private static boolean lacks(Enum<?>[] known, Enum<?> name) {
        return Arrays.stream(known).noneMatch(each -> each.name().equals(name.name()));
    }

    private static NamespaceSettings limited(NamespaceSettings s, NamespaceCommand command) {
        return new NamespaceSettings(
                s.dimension(),
                s.metric(),
                s.code(),
                s.partitions(),
                command.getRecallTarget() == null ? s.recallTarget() : command.getRecallTarget(),
                command.getItemsMax() == null ? s.itemsMax() : command.getItemsMax(),
                command.getBytesMax() == null ? s.bytesMax() : command.getBytesMax(),
                command.getRecordsPerSecondMax() == null ? s.recordsPerSecondMax() : command.getRecordsPerSecondMax());
    }

    private static Metric metric(MetricName name) {
        return Metric.valueOf(name.name());
    }

    private static Code code(CodeName name) {
        return Code.valueOf(name.name());
    }
}
