// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.objectstore;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/** What goes wrong with the server's answer on its way to the client. */
@FunctionalInterface
public interface Fault {
    /** The answer as the client gets it. */
    Answer change(Answer answer) throws InterruptedException;

    /** Nothing goes wrong. */
    static Fault none() {
        return answer -> answer;
    }

    /** The answer comes late. */
    static Fault delay(Duration delay) {
        Objects.requireNonNull(delay);
        return answer -> {
            Thread.sleep(delay.toMillis());
            return answer;
        };
    }

    /** The server fails, with a status such as 500 or 503. */
    static Fault status(int status) {
        byte[] none = {};
        return answer -> new Answer(status, Map.of(), none, 0);
    }

    /** The connection is cut after {@code length} bytes of the body; the header promises all of it. */
    static Fault cutOff(int length) {
        return answer ->
                new Answer(answer.status(), answer.headers(), prefix(answer.body(), length), answer.promised());
    }

    /** The header promises {@code length} bytes of the body, and no more come. */
    static Fault shorten(int length) {
        return answer -> {
            byte[] body = prefix(answer.body(), length);
            return new Answer(answer.status(), answer.headers(), body, body.length);
        };
    }

    /** The bytes of another object come, as many as were asked for. */
    static Fault swap(byte[] other) {
        return answer -> {
            byte[] body = Arrays.copyOf(other, answer.body().length);
            return new Answer(answer.status(), answer.headers(), body, body.length);
        };
    }

    /** One bit in the middle of the body is wrong. */
    static Fault flipBit() {
        return answer -> {
            byte[] body = answer.body().clone();
            if (body.length > 0) {
                body[body.length / 2] ^= 1;
            }
            return new Answer(answer.status(), answer.headers(), body, body.length);
        };
    }

    private static byte[] prefix(byte[] body, int length) {
        return Arrays.copyOf(body, Math.min(length, body.length));
    }
}
