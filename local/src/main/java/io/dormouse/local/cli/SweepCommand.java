// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.jobs.sweep.RootMarks;
import io.dormouse.jobs.sweep.RootReader;
import io.dormouse.jobs.sweep.RootSegments;
import io.dormouse.jobs.sweep.SavepointRegistry;
import io.dormouse.state.sweep.ColdObjects;
import io.dormouse.state.sweep.Sweep;
import io.dormouse.state.sweep.SweepReport;
import io.dormouse.state.sweep.SweepSettings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.util.TimeUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes cold segments away that no checkpoint and no savepoint needs, and keeps the list of savepoints to respect. */
@Command(
        name = "sweep",
        mixinStandardHelpOptions = true,
        header = "Take away cold segments that nothing needs.",
        description = {
            "Reads which segments are needed by every retained checkpoint below the folders named and by every registered"
                    + " savepoint. What nothing needs and is older than the grace period is moved to the trash; what has"
                    + " been there for long enough is deleted; what is needed after all comes back.",
            "Without --apply it only says what it would do. If a single checkpoint or savepoint cannot be read, nothing is"
                    + " touched. Exit code 1 then, and when a segment is missing that something needs.",
            "A savepoint is respected when it is registered: ./dormouse sweep register."
        },
        synopsisSubcommandLabel = "[register | unregister | list]",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./dormouse sweep --cold s3://bucket/memory --flink-conf /opt/flink/conf",
            "  ./dormouse sweep --cold s3://bucket/memory --flink-conf /opt/flink/conf --apply",
            "  ./dormouse sweep --cold file:///cold --checkpoints /flink/checkpoints --grace 1d --json",
            "  ./dormouse sweep register --cold file:///cold /flink/savepoints/savepoint-4f02c1-1a2b3c"
        })
public final class SweepCommand implements Callable<Integer> {
    private static final String PATH = "Folder of a savepoint or retained checkpoint; a path or a URI.";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ColdRootOption cold;

    @Option(
            names = "--checkpoints",
            paramLabel = "DIR",
            description =
                    "Folder of checkpoints, of one job or of all; may be repeated. Default: what --flink-conf says.")
    private List<String> checkpoints = List.of();

    @Option(
            names = "--no-checkpoints",
            description = "There are no retained checkpoints: registered savepoints are all that will be restored.")
    private boolean noCheckpoints;

    @Option(names = "--apply", description = "Do it, instead of only saying what would be done.")
    private boolean apply;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            defaultValue = "3d",
            converter = Time.class,
            description = "How old a segment must be; longer than the longest checkpoint and restore (default 3d).")
    private Duration grace;

    @Option(
            names = "--trash-grace",
            paramLabel = "TIME",
            defaultValue = "3d",
            converter = Time.class,
            description = "How long it lies in the trash before it is deleted for good (default 3d).")
    private Duration trashGrace;

    @Option(
            names = "--no-root-will-ever-be-restored",
            description =
                    "It is right that there is no checkpoint and no registered savepoint: all segments that are old"
                            + " enough go.")
    private boolean withoutRoots;

    @Option(
            names = "--despite-missing",
            description = "Go on although segments are missing that a checkpoint or savepoint needs: they are lost, and"
                    + " this is the right place.")
    private boolean despiteMissing;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "8",
            description = "Requests at a time (default ${DEFAULT-VALUE}).")
    private int threads;

    @Option(names = "--json", description = "Report as JSON.")
    private boolean json;

    /** Durations as Flink writes them: 3d, 12 h, 90min. */
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            return TimeUtils.parseDuration(value);
        }
    }

    @Override
    public Integer call() throws Exception {
        if (threads < 1) {
            throw new ParameterException(spec.commandLine(), "--threads is " + threads + ": give at least 1");
        }
        SweepSettings settings = new SweepSettings(grace, trashGrace, apply, withoutRoots, despiteMissing);
        SweepScreen screen = new SweepScreen(json);
        try (ColdObjects objects = cold.objects()) {
            RootMarks roots = new RootMarks(
                    folders(),
                    withoutRoots,
                    new SavepointRegistry(objects),
                    new RootReader(cold.configuration()),
                    screen);
            SweepReport report = new Sweep(objects, roots, settings, System::currentTimeMillis, threads, screen).run();
            screen.report(report, roots.roots());
            return report.isClean() ? 0 : 1;
        }
    }

    private List<String> folders() {
        Optional<String> configured = cold.configuration().getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
        if (noCheckpoints || withoutRoots && checkpoints.isEmpty()) {
            return List.of();
        }
        if (checkpoints.isEmpty() && configured.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "name where the job's checkpoints lie: --checkpoints DIR or --flink-conf DIR. If only registered"
                            + " savepoints will ever be restored, say --no-checkpoints");
        }
        return checkpoints.isEmpty() ? List.of(configured.get()) : checkpoints;
    }

    @Command(
            name = "register",
            mixinStandardHelpOptions = true,
            header = "Have sweeps respect a savepoint.",
            description = "Reads it, looks whether all segments are there that it needs, and notes it beside them.")
    int register(@Mixin ColdRootOption place, @Parameters(paramLabel = "SAVEPOINT", description = PATH) String path)
            throws IOException {
        try (ColdObjects objects = place.objects()) {
            RootSegments needed = new SavepointRegistry(objects)
                    .register(path, new RootReader(place.configuration()), System.currentTimeMillis());
            System.out.printf(
                    "registered: it needs %,d segment(s)%n", needed.names().size());
            return 0;
        }
    }

    @Command(
            name = "unregister",
            mixinStandardHelpOptions = true,
            header = "Have sweeps no longer respect a savepoint.",
            description =
                    "What only it needs goes with the next sweeps. The savepoint itself is not touched, and need not"
                            + " exist any more.")
    int unregister(@Mixin ColdRootOption place, @Parameters(paramLabel = "SAVEPOINT", description = PATH) String path)
            throws IOException {
        try (ColdObjects objects = place.objects()) {
            if (!new SavepointRegistry(objects).unregister(path)) {
                System.err.println("dormouse: it was not registered: ./dormouse sweep list shows what is");
                return 1;
            }
            System.out.println("unregistered");
            return 0;
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, header = "List registered savepoints.")
    int list(@Mixin ColdRootOption place) throws IOException {
        try (ColdObjects objects = place.objects()) {
            for (SavepointRegistry.Entry entry : new SavepointRegistry(objects).entries()) {
                System.out.println(Instant.ofEpochMilli(entry.registeredMillis()) + "  " + entry.uri());
            }
            return 0;
        }
    }
}
