// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

import io.dormouse.state.shard.ShardKey;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Type information of everything that flows between operators; given by hand, so nothing falls back to Kryo. */
public final class RecordTypes {
    public static final TypeInformation<KafkaRecord> KAFKA =
            new RecordType<>(KafkaRecord.class, new KafkaRecordSerializer(), false);
    public static final TypeInformation<ShardKey> SHARD_KEY =
            new RecordType<>(ShardKey.class, new ShardKeySerializer(), true);
    public static final TypeInformation<ShardRecord> SHARD =
            new RecordType<>(ShardRecord.class, new ShardRecordSerializer(), false);
    public static final TypeInformation<Parked> PARKED = new RecordType<>(Parked.class, new ParkedSerializer(), false);
    public static final TypeInformation<PartialAnswer> PARTIAL =
            new RecordType<>(PartialAnswer.class, new PartialAnswerSerializer(), false);
    public static final TypeInformation<OutputRecord> OUTPUT =
            new RecordType<>(OutputRecord.class, new OutputRecordSerializer(), false);
    public static final TypeInformation<CommandRecord> COMMAND =
            new RecordType<>(CommandRecord.class, new CommandRecordSerializer(), false);
    public static final TypeInformation<Acknowledgement> ACKNOWLEDGEMENT =
            new RecordType<>(Acknowledgement.class, new AcknowledgementSerializer(), false);

    private RecordTypes() {}
}
