// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.namespace;

import io.dormouse.operators.plan.InputSettings;
import io.dormouse.operators.plan.PlanOutputs;
import io.dormouse.operators.plan.Validated;
import io.dormouse.operators.record.CommandRecord;
import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.RecordValidator;
import io.dormouse.schema.Violation;
import io.dormouse.schema.WireCodec;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Reads namespace commands and refuses bad ones. */
public final class ValidateCommands extends ProcessFunction<KafkaRecord, CommandRecord> {
    private static final long serialVersionUID = 1L;

    private final InputSettings input;
    private transient RecordValidator validator;

    public ValidateCommands(InputSettings input) {
        this.input = Objects.requireNonNull(input, "input");
    }

    @Override
    public void open(OpenContext context) {
        validator = new RecordValidator(input.limits());
    }

    @Override
    public void processElement(KafkaRecord kafka, Context context, Collector<CommandRecord> out) {
        Validated<NamespaceCommand> read =
                Validated.of(kafka, WireCodec.COMMAND, input.format(), validator, this::check);
        if (read.violation() == null) {
            out.collect(new CommandRecord(kafka.partition(), kafka.offset(), kafka.timestampMillis(), read.body()));
            return;
        }
        NamespaceCommand command = read.record();
        context.output(
                PlanOutputs.DEAD_LETTERS,
                read.deadLetter(
                        kafka,
                        input.deadLetters(),
                        command == null ? null : command.getNamespace(),
                        command == null ? null : command.getId()));
    }

    private Violation check(NamespaceCommand command) {
        Violation violation = validator.check(command);
        return violation == null ? NamespaceDefaults.lacking(command) : violation;
    }
}
