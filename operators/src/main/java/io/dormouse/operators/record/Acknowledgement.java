// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

/**
 * One shard's word on a command.
 *
 * @param askId names the command: partition and offset of its record
 * @param parts shards concerned
 * @param part which of them speaks
 * @param items items the shard holds, or held before it was erased
 * @param event the MemoryEvent to publish when all have agreed, as Avro; a refusal is published by whoever refuses
 */
public record Acknowledgement(String askId, int parts, int part, long items, byte[] event) implements Part {
    @Override
    public int bytes() {
        return event.length;
    }
}
