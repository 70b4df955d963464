// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** Reads every line that is logged in this process, stack traces included, and keeps those that hold a secret. */
final class SecretWatch extends AbstractAppender implements AutoCloseable {
    private final List<String> secrets;
    private final Queue<String> found = new ConcurrentLinkedQueue<>();
    private final AtomicLong lines = new AtomicLong();

    SecretWatch(List<String> secrets) {
        super("secrets", null, null, false, Property.EMPTY_ARRAY);
        this.secrets = List.copyOf(secrets);
        start();
        loggers().forEach(logger -> logger.addAppender(this, Level.ALL, null));
    }

    private static Collection<LoggerConfig> loggers() {
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        return context.getConfiguration().getLoggers().values();
    }

    @Override
    public void append(LogEvent event) {
        StringWriter line = new StringWriter();
        line.append(event.getLoggerName()).append(' ').append(event.getMessage().getFormattedMessage());
        if (event.getThrown() != null) {
            event.getThrown().printStackTrace(new PrintWriter(line, true));
        }
        lines.incrementAndGet();
        check(line.toString());
    }

    /** Looks at something that was not logged. */
    void check(String text) {
        if (secrets.stream().anyMatch(text::contains)) {
            found.add(text);
        }
    }

    /** Lines read so far. */
    long lines() {
        return lines.get();
    }

    void assertNothingFound() {
        assertThat(found).isEmpty();
    }

    @Override
    public void close() {
        loggers().forEach(logger -> logger.removeAppender(getName()));
        stop();
    }
}
