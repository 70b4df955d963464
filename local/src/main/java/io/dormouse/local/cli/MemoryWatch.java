// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.local.Topics;
import io.dormouse.local.client.Broker;
import io.dormouse.local.client.Latencies;
import io.dormouse.local.client.TopicTail;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.WireCodec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Follows a memory's topics and sums up what went by since the last picture. */
final class MemoryWatch implements AutoCloseable {
    private static final int LATENCIES_MAX = 10_000;
    private static final int QUERIES_MAX = 100_000;
    private static final int MESSAGES_MAX = 5;

    private final Broker broker;
    private final TopicRates rates;
    private final List<TopicTail<?>> tails;
    private final Latencies endToEnd = new Latencies(LATENCIES_MAX);
    private final Latencies inOperator = new Latencies(LATENCIES_MAX);
    private final Deque<String> deadLetters = new ArrayDeque<>();
    private final Deque<String> events = new ArrayDeque<>();
    private final Map<String, Long> askedMillis = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > QUERIES_MAX;
        }
    };
    private WatchTotals totals = WatchTotals.NONE;
    private long pictureNanos = System.nanoTime();
    private long answersBefore;

    MemoryWatch(Broker broker, Topics topics) {
        this.broker = broker;
        this.tails = List.of(
                new TopicTail<>(broker, topics.queries(), WireCodec.QUERY, this::asked),
                new TopicTail<>(broker, topics.results(), WireCodec.RESULT, this::answered),
                new TopicTail<>(broker, topics.deadLetters(), WireCodec.DEAD_LETTER, this::died),
                new TopicTail<>(broker, topics.events(), WireCodec.EVENT, this::happened));
        this.rates = new TopicRates(broker, topics.all());
    }

    /** What happened so far, with rates since the last call. */
    WatchPicture next() {
        List<TopicRates.Rate> topicRates = rates.next();
        synchronized (this) {
            long now = System.nanoTime();
            double seconds = (now - pictureNanos) / 1e9;
            double answersPerSecond = (totals.answers() - answersBefore) / seconds;
            pictureNanos = now;
            answersBefore = totals.answers();
            return new WatchPicture(
                    broker.bootstrap(),
                    topicRates,
                    answersPerSecond,
                    totals,
                    endToEnd.millis(0.5, 0.95, 0.99),
                    inOperator.millis(0.5, 0.95, 0.99),
                    List.copyOf(deadLetters),
                    List.copyOf(events));
        }
    }

    private synchronized void asked(ConsumerRecord<byte[], byte[]> raw, QueryRecord query) {
        askedMillis.put(query.getId(), raw.timestamp());
    }

    private synchronized void answered(ConsumerRecord<byte[], byte[]> raw, QueryResult result) {
        totals = totals.plus(result);
        inOperator.add(result.getCost().getOperatorMicros() * 1000);
        Long asked = askedMillis.remove(result.getQueryId());
        if (asked != null) {
            endToEnd.add(Math.max(0, System.currentTimeMillis() - asked) * 1_000_000);
        }
    }

    private synchronized void died(ConsumerRecord<byte[], byte[]> raw, DeadLetter letter) {
        totals = totals.plusDeadLetter();
        keep(
                deadLetters,
                letter.getTopic() + " " + letter.getPartition() + ":" + letter.getOffset() + " " + letter.getReason()
                        + ": " + letter.getMessage());
    }

    private synchronized void happened(ConsumerRecord<byte[], byte[]> raw, MemoryEvent event) {
        keep(events, event.getType() + " " + event.getNamespace() + ": " + event.getMessage());
    }

    private static void keep(Deque<String> messages, String message) {
        messages.addLast(message);
        if (messages.size() > MESSAGES_MAX) {
            messages.removeFirst();
        }
    }

    @Override
    public void close() {
        tails.forEach(TopicTail::close);
        rates.close();
    }
}
