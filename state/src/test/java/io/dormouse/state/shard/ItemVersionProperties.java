// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ItemVersionProperties {
    @Provide
    Arbitrary<ItemVersion> versions() {
        Arbitrary<Long> explicit = Arbitraries.oneOf(
                Arbitraries.just(ItemVersion.NONE), Arbitraries.longs().between(-3, 3));
        return Combinators.combine(
                        explicit,
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.longs().between(0, 5))
                .as(ItemVersion::new);
    }

    @Property
    void aRepeatNeverApplies(@ForAll("versions") ItemVersion version) {
        assertThat(version.supersedes(version)).isFalse();
    }

    /** Across partitions Kafka promises no order, so there the later arrival wins, whichever it is. */
    @Property
    void ofTwoWritesOfOnePartitionAtMostOneSupersedesTheOther(
            @ForAll("versions") ItemVersion a, @ForAll("versions") ItemVersion b) {
        if (a.partition() == b.partition() || a.hasExplicit() && b.hasExplicit()) {
            assertThat(a.supersedes(b) && b.supersedes(a)).isFalse();
        }
    }

    @Property
    void aLowerVersionNeverSupersedesAHigherOne(@ForAll("versions") ItemVersion a, @ForAll("versions") ItemVersion b) {
        if (a.hasExplicit() && b.hasExplicit()) {
            assertThat(a.supersedes(b)).isEqualTo(a.explicit() > b.explicit());
        }
    }

    @Property
    void writesWithoutVersionsFollowTheirOffsets(@ForAll("versions") ItemVersion a, @ForAll("versions") ItemVersion b) {
        if (!(a.hasExplicit() && b.hasExplicit()) && a.partition() == b.partition()) {
            assertThat(a.supersedes(b)).isEqualTo(a.offset() > b.offset());
        }
    }

    @Property
    void aWriteWithoutAVersionKeepsTheFloor(
            @ForAll("versions") ItemVersion write,
            @ForAll("versions") ItemVersion stored,
            @ForAll("versions") ItemVersion late) {
        ItemVersion kept = write.over(stored);
        assertThat(kept.partition()).isEqualTo(write.partition());
        assertThat(kept.offset()).isEqualTo(write.offset());
        assertThat(kept.explicit()).isEqualTo(write.hasExplicit() ? write.explicit() : stored.explicit());
        if (!write.hasExplicit() && stored.hasExplicit() && late.hasExplicit()) {
            assertThat(late.supersedes(kept)).isEqualTo(late.explicit() > stored.explicit());
        }
        assertThat(write.over(null)).isEqualTo(write);
    }

    @Property
    void storedVersionsComeBack(@ForAll long explicit, @ForAll int partition, @ForAll long offset) {
        ItemVersion version = new ItemVersion(explicit, partition, offset);
        ByteBuffer stored = ByteBuffer.allocate(ItemVersion.STORED_BYTES);
        version.write(stored);
        assertThat(stored.hasRemaining()).isFalse();
        assertThat(ItemVersion.read(stored.flip())).isEqualTo(version);
    }
}
