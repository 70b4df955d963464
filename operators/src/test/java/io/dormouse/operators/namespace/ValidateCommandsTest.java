// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.namespace;

import static io.dormouse.operators.Samples.bytes;
import static io.dormouse.operators.Samples.create;
import static io.dormouse.operators.Samples.kafka;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.Samples;
import io.dormouse.operators.plan.PlanOutputs;
import io.dormouse.operators.record.CommandRecord;
import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.util.List;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.junit.jupiter.api.Test;

/** Which commands are passed on, and which are refused. */
class ValidateCommandsTest {
    @Test
    void aGoodCommandIsPassedOnAsAvroWithItsPlaceInKafka() throws Exception {
        var harness = harness();
        harness.processElement(new StreamRecord<>(kafka(
                "namespaces",
                6,
                "{\"id\": \"c\", \"op\": \"CREATE\", \"namespace\": \"docs\", \"dimension\": 2}".getBytes(UTF_8))));

        CommandRecord command = harness.extractOutputValues().get(0);
        assertThat(command.offset()).isEqualTo(6);
        NamespaceCommand read = Samples.read(WireCodec.COMMAND, command.body(), WireFormat.AVRO);
        assertThat(read.getDimension()).isEqualTo(2);
        assertThat(harness.getSideOutput(PlanOutputs.DEAD_LETTERS)).isNull();
        harness.close();
    }

    @Test
    void badCommandsAreDeadLettersWithReasonAndBytes() throws Exception {
        var harness = harness();
        byte[] garbage = "nonsense".getBytes(UTF_8);
        byte[] noDimension = WireCodec.COMMAND.encode(
                create("c", "docs", 2, 1).setDimension(null).build(), WireFormat.AVRO);
        harness.processElement(new StreamRecord<>(kafka("namespaces", 1, garbage)));
        harness.processElement(new StreamRecord<>(kafka("namespaces", 2, noDimension)));

        assertThat(harness.extractOutputValues()).isEmpty();
        List<DeadLetter> letters = harness.getSideOutput(PlanOutputs.DEAD_LETTERS).stream()
                .map((StreamRecord<OutputRecord> record) -> Samples.letter(record.getValue()))
                .toList();
        assertThat(letters).extracting(DeadLetter::getReason).containsExactly("MALFORMED", "MISSING_FIELD");
        assertThat(bytes(letters.get(0).getOriginal())).isEqualTo(garbage);
        assertThat(letters.get(1).getNamespace()).isEqualTo("docs");
        assertThat(letters.get(1).getId()).isEqualTo("c");
        harness.close();
    }

    private static OneInputStreamOperatorTestHarness<KafkaRecord, CommandRecord> harness() throws Exception {
        return ProcessFunctionTestHarnesses.forProcessFunction(new ValidateCommands(Samples.INPUT));
    }
}
