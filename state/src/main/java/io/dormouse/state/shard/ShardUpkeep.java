// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.step.StepQueue;
import io.dormouse.state.step.StepQueue.Urgency;

/** Queues the maintenance of one shard, at most one piece of work a page, and runs it while the shard is awake. */
final class ShardUpkeep {
    private final ShardMemory shard;
    private final PageMaintenance maintenance;
    private final StepQueue steps;

    ShardUpkeep(ShardMemory shard, PageMaintenance maintenance, StepQueue steps) {
        this.shard = shard;
        this.maintenance = maintenance;
        this.steps = steps;
    }

    /** A page got a row: queue its split when it nears its limit. */
    void afterAppend(PageBuffer buffer) {
        if (maintenance.wantsSplit(buffer)) {
            queue(buffer.descriptor, this::splitAndReassign);
        }
    }

    /** A row died that probably lies in this page: queue its cleaning when there were many. */
    void afterDeath(PageDescriptor descriptor) {
        descriptor.setDeadRowsHint(descriptor.deadRowsHint() + 1);
        if (PageMaintenance.wantsCleaning(descriptor)) {
            queue(descriptor, maintenance::clean);
        }
    }

    /** Splits a page now, because a row does not fit any more; its neighbourhood is done in steps. */
    void splitNow(PageDescriptor descriptor) throws CorruptPageException {
        splitAndReassign(descriptor);
    }

    long reorganisations() {
        return maintenance.splits() + maintenance.merges();
    }

    private void splitAndReassign(PageDescriptor descriptor) throws CorruptPageException {
        Reassignment rest = maintenance.split(descriptor);
        if (rest != null) {
            queueStep(rest);
        }
    }

    private void queue(PageDescriptor descriptor, Work work) {
        if (descriptor.maintenanceQueued()) {
            return;
        }
        descriptor.setMaintenanceQueued(true);
        steps.add(Urgency.MAINTENANCE, () -> {
            descriptor.setMaintenanceQueued(false);
            if (shard.awake() && !descriptor.gone() && !descriptor.faulted()) {
                run(descriptor, work);
            }
        });
    }

    private void queueStep(Reassignment reassignment) {
        steps.add(Urgency.MAINTENANCE, () -> {
            if (shard.awake()) {
                shard.select();
                shard.noteMaintained();
                if (reassignment.step()) {
                    queueStep(reassignment);
                }
            }
        });
    }

    private void run(PageDescriptor descriptor, Work work) {
        shard.select();
        shard.noteMaintained();
        try {
            work.on(descriptor);
        } catch (CorruptPageException e) {
            // one of the pages is damaged and marked so; the others are whole
        }
    }

    private interface Work {
        void on(PageDescriptor descriptor) throws CorruptPageException;
    }
}
