// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.load;

import java.nio.charset.StandardCharsets;

/** A way for numbered queries to a memory, and for its answers back. A query's id is its number. */
public interface QueryTransport extends AutoCloseable {
    /** Hears of answers, from any thread. */
    @FunctionalInterface
    interface Receiver {
        void answered(long number, byte[] result);
    }

    /** Must be called before the first query is sent. */
    void start(Receiver receiver);

    /** Sends the query of this number. */
    void send(long number);

    @Override
    void close();

    /** A query's number as the id of a record. */
    static byte[] key(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    /** The number that a record has as its key. */
    static long number(byte[] key) {
        long number = 0;
        for (byte digit : key) {
            number = number * 10 + digit - '0';
        }
        return number;
    }
}
