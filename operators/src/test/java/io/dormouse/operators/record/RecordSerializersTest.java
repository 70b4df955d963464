// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.operators.record.ShardRecord.Kind;
import io.dormouse.state.shard.ShardKey;
import java.io.IOException;
import java.util.stream.Stream;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every hand-written serializer: all values come back, and a checkpoint finds its serializer again. */
class RecordSerializersTest {
    private static final byte[] BYTES = {1, -2, 3};
    private static final byte[] EMPTY = {};

    static Stream<Arguments> values() {
        ShardKey key = new ShardKey("döcs 🐭", 3);
        ShardRecord full = new ShardRecord(Kind.QUERY, key, 4, 5, Long.MAX_VALUE, -1, BYTES, BYTES, EMPTY);
        ShardRecord bare = new ShardRecord(Kind.PROGRESS, key, 1, 0, 0, 0, EMPTY, null, null);
        return Stream.of(
                Arguments.of(RecordTypes.KAFKA, new KafkaRecord("topic", 1, 2, 3, BYTES, BYTES)),
                Arguments.of(RecordTypes.KAFKA, new KafkaRecord("", 1, 2, 3, null, null)),
                Arguments.of(RecordTypes.KAFKA, new KafkaRecord("t", -1, -2, -3, EMPTY, EMPTY)),
                Arguments.of(RecordTypes.SHARD_KEY, key),
                Arguments.of(RecordTypes.SHARD, full),
                Arguments.of(RecordTypes.SHARD, bare),
                Arguments.of(
                        RecordTypes.SHARD,
                        new ShardRecord(Kind.INGEST, key, 1, 0, 0, 0, new byte[100_000], null, null)),
                Arguments.of(RecordTypes.SHARD, new ShardRecord(Kind.SUPERSEDE, key, 1, 0, 0, 0, BYTES, null, BYTES)),
                Arguments.of(RecordTypes.PARKED, new Parked(full, 77)),
                Arguments.of(RecordTypes.PARKED, new Parked(bare, Long.MIN_VALUE)),
                Arguments.of(RecordTypes.PARTIAL, new PartialAnswer("0:1", 3, 2, 99, 10, BYTES)),
                Arguments.of(RecordTypes.OUTPUT, new OutputRecord(BYTES, EMPTY)),
                Arguments.of(RecordTypes.OUTPUT, new OutputRecord(null, BYTES)),
                Arguments.of(RecordTypes.COMMAND, new CommandRecord(1, 2, 3, BYTES)),
                Arguments.of(RecordTypes.ACKNOWLEDGEMENT, new Acknowledgement("0:1", 3, 2, 44, BYTES)));
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueComesBackAndLeavesNoByteUnread(TypeInformation<Object> type, Object value) throws IOException {
        TypeSerializer<Object> serializer = serializer(type);
        DataInputDeserializer from = new DataInputDeserializer(bytes(serializer, value));

        assertThat(serializer.deserialize(from)).usingRecursiveComparison().isEqualTo(value);
        assertThat(from.available()).isZero();
    }

    @ParameterizedTest
    @MethodSource("values")
    void copyingTheBytesCopiesOneValue(TypeInformation<Object> type, Object value) throws IOException {
        TypeSerializer<Object> serializer = serializer(type);
        byte[] bytes = bytes(serializer, value);
        DataOutputSerializer to = new DataOutputSerializer(16);
        serializer.copy(new DataInputDeserializer(bytes), to);

        assertThat(to.getCopyOfBuffer()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @MethodSource("values")
    void aCheckpointFindsItsSerializerAgain(TypeInformation<Object> type, Object value) throws IOException {
        TypeSerializer<Object> serializer = serializer(type);
        DataOutputSerializer to = new DataOutputSerializer(64);
        TypeSerializerSnapshotSerializationUtil.writeSerializerSnapshot(to, serializer.snapshotConfiguration());
        TypeSerializerSnapshot<Object> restored = TypeSerializerSnapshotSerializationUtil.readSerializerSnapshot(
                new DataInputDeserializer(to.getCopyOfBuffer()), getClass().getClassLoader());

        assertThat(serializer
                        .snapshotConfiguration()
                        .resolveSchemaCompatibility(restored)
                        .isCompatibleAsIs())
                .isTrue();
        assertThat(restored.restoreSerializer().deserialize(new DataInputDeserializer(bytes(serializer, value))))
                .usingRecursiveComparison()
                .isEqualTo(value);
    }

    @ParameterizedTest
    @MethodSource("values")
    void anotherVersionIsRefusedInWordsThatSayWhatToDo(TypeInformation<Object> type, Object value) throws IOException {
        TypeSerializer<Object> serializer = serializer(type);
        byte[] bytes = bytes(serializer, value);
        bytes[0] = 9;

        assertThatThrownBy(() -> serializer.deserialize(new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("reads version 1, found 9")
                .hasMessageContaining("restore with the release that wrote this checkpoint");
    }

    private static TypeSerializer<Object> serializer(TypeInformation<Object> type) {
        return type.createSerializer(new ExecutionConfig().getSerializerConfig());
    }

    private static byte[] bytes(TypeSerializer<Object> serializer, Object value) throws IOException {
        DataOutputSerializer to = new DataOutputSerializer(64);
        serializer.serialize(value, to);
        return to.getCopyOfBuffer();
    }
}
