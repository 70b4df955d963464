// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs.audit;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Hands what a job in this process finds to whoever runs it, every record before {@link #run} returns, or fails.
 *
 * <p>Flink's {@code executeAndCollect} is too little to decide by what may be deleted: it ends at the first null, and the
 * reader of keyed state passes a null on for each key of which nothing was found; it also asks the local cluster for the
 * last records when the job has ended, and if that is gone by then they are lost with no more than a warning.
 *
 * @param <T> the type of the records
 */
public final class LocalResults<T> implements Sink<T> {
    private static final long serialVersionUID = 1L;
    private static final Map<UUID, Consumer<?>> RECEIVERS = new ConcurrentHashMap<>();

    private final UUID run;

    private LocalResults(UUID run) {
        this.run = run;
    }

    /** Runs the job of {@code records}, which is of a local environment, to its end; {@code receiver} is called by one thread. */
    public static <T> void run(String name, DataStream<T> records, Consumer<T> receiver) throws Exception {
        UUID run = UUID.randomUUID();
        RECEIVERS.put(run, receiver);
        try {
            records.sinkTo(new LocalResults<>(run)).setParallelism(1);
            records.getExecutionEnvironment().execute(name);
        } finally {
            RECEIVERS.remove(run);
        }
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) {
        @SuppressWarnings("unchecked") // put there by run, of the type of the stream
        Consumer<T> receiver = (Consumer<T>) RECEIVERS.get(run);
        return new Writer<>(receiver);
    }

    private record Writer<T>(Consumer<T> receiver) implements SinkWriter<T> {
        @Override
        public void write(T element, Context context) {
            if (element != null) {
                receiver.accept(element);
            }
        }

        @Override
        public void flush(boolean endOfInput) {
            // nothing is held back
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
