// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.cold.ColdSettings;
import io.dormouse.operators.namespace.NamespaceDefaults;
import io.dormouse.operators.plan.DeadLetters;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.page.Profile;
import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/**
 * Settings of the paged memory operator.
 *
 * @param hotBytesMax heap for the hot tier of one TaskManager; its slots share it
 * @param dirtyBytesMax changed bytes an operator instance keeps before it writes behind
 * @param scanPageBytesMax size of a scan page
 * @param rawPageBytesMax size of a raw page
 * @param idleAfter how long nobody must have used a shard before it leaves the heap
 * @param recallSamplingShare share of one core's time that an operator instance spends on measuring recall; 0 = none
 * @param profile what pages may need of their reader; namespaces that need more are refused
 * @param tombstoneRetention how long a deletion with a version is remembered
 * @param deadlineMillis how long a query may wait unless it says otherwise
 * @param waitingMax records that one operator instance lets wait; further queries are answered at once, partial, and
 *     further ingest for a partition that does not exist yet goes to the dead letters
 * @param waitingBytesMax bytes that these may take together
 * @param batchBudget time that answering queries together may take
 * @param cold the tier in object storage
 * @param namespaces what a namespace gets when nobody says otherwise
 * @param resultFormat how results are written
 * @param eventFormat how events are written
 * @param deadLetters where refused records go
 */
public record MemorySettings(
        long hotBytesMax,
        long dirtyBytesMax,
        int scanPageBytesMax,
        int rawPageBytesMax,
        Duration idleAfter,
        double recallSamplingShare,
        Profile profile,
        Duration tombstoneRetention,
        int deadlineMillis,
        int waitingMax,
        long waitingBytesMax,
        Duration batchBudget,
        ColdSettings cold,
        NamespaceDefaults namespaces,
        WireFormat resultFormat,
        WireFormat eventFormat,
        DeadLetters deadLetters)
        implements Serializable {

    public MemorySettings {
        Objects.requireNonNull(idleAfter, "idleAfter");
        Objects.requireNonNull(profile, "profile");
        Objects.requireNonNull(tombstoneRetention, "tombstoneRetention");
        Objects.requireNonNull(batchBudget, "batchBudget");
        Objects.requireNonNull(cold, "cold");
        Objects.requireNonNull(namespaces, "namespaces");
        Objects.requireNonNull(resultFormat, "resultFormat");
        Objects.requireNonNull(eventFormat, "eventFormat");
        Objects.requireNonNull(deadLetters, "deadLetters");
    }
}
