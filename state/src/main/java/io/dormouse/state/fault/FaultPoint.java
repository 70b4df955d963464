// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.fault;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Named places in the code at which a test, or a drill on a running job, makes a crash happen. They lie where one thing has
 * been done and what belongs to it has not. Nothing is installed in normal operation: a point then costs one read of a field,
 * and none lies on the way of a query.
 *
 * <p>{@code -Ddormouse.fault-point=NAME@N} has a process crash the N-th time that it reaches a point, by an
 * {@link InjectedCrash} that fails the task; its message names the point in the log. {@code NAME@N!} halts the whole
 * process instead, as {@code kill -9} would, after a line on standard error that names the point.
 */
public enum FaultPoint {
    /** A segment is in object storage, and nobody refers to it. */
    SEGMENT_SAFE,
    /** The items of a page have lost their payloads to a segment, and the page has not. */
    PAGE_LEAVES,
    /** The items of a page have their payloads back, and the page still lies in object storage. */
    PAGE_COMES_BACK,
    /** A page lies in a new segment, and its old one does not know. */
    PAGE_MOVED,
    /** A row has gone from a page that is being divided, and others have not. */
    SPLIT_DRAINS,
    /** A range has come from object storage, and nobody has been told. */
    FETCH_ARRIVED,
    /** All that changed is in the store, and the checkpoint is not taken. */
    CHECKPOINT_FLUSHED,
    /** A task has its state back from a checkpoint, and has done nothing yet. */
    STATE_RESTORED;

    private static final String PROPERTY = "dormouse.fault-point";

    /** What a shell says of a process that was killed. */
    private static final int KILLED = 137;

    private static volatile Consumer<FaultPoint> drill = ofProperty(System.getProperty(PROPERTY));

    /** The code has come to this point. */
    public void reached() {
        Consumer<FaultPoint> installed = drill;
        if (installed != null) {
            installed.accept(this);
        }
    }

    /** Installs what happens at points in this process; null = nothing. It may come from several threads. */
    public static void drill(Consumer<FaultPoint> next) {
        drill = next;
    }

    /** A crash the {@code times}-th time that a point is reached, and never again. */
    public static Consumer<FaultPoint> crashAt(FaultPoint point, int times) {
        return new Once(point, times, () -> {
            throw new InjectedCrash(point);
        });
    }

    /** The end of this process the {@code times}-th time that a point is reached. */
    public static Consumer<FaultPoint> haltAt(FaultPoint point, int times) {
        return new Once(point, times, () -> {
            System.err.println("halted at fault point " + point);
            System.err.flush();
            Runtime.getRuntime().halt(KILLED);
        });
    }

    private static Consumer<FaultPoint> ofProperty(String value) {
        if (value == null) {
            return null;
        }
        String names = Arrays.stream(values()).map(FaultPoint::name).collect(Collectors.joining("|"));
        Matcher matcher = Pattern.compile("(" + names + ")(?:@(\\d+))?(!?)").matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "-D" + PROPERTY + "=" + value + ": expected NAME, NAME@N or NAME@N!, with NAME one of " + names);
        }
        FaultPoint point = valueOf(matcher.group(1));
        int times = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
        return matcher.group(3).isEmpty() ? crashAt(point, times) : haltAt(point, times);
    }

    private static final class Once implements Consumer<FaultPoint> {
        private final FaultPoint point;
        private final Runnable fault;
        private int rest;

        Once(FaultPoint point, int times, Runnable fault) {
            this.point = point;
            this.rest = times;
            this.fault = fault;
        }

        @Override
        public synchronized void accept(FaultPoint reached) {
            if (reached == point && --rest == 0) {
                fault.run();
            }
        }
    }
}
