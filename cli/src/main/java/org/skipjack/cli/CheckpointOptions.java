package org.skipjack.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skipjack.train.checkpoint.Backup;
import org.skipjack.train.checkpoint.CheckpointFolder;
import org.skipjack.train.checkpoint.CheckpointInterval;
import org.skipjack.train.checkpoint.Checkpointer;
import org.skipjack.train.run.RunDescription;
import org.skipjack.train.run.RunFolder;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import picocli.CommandLine.TypeConversionException;

/**
 * What is kept to go on from, and going on: {@code --checkpoint-every}, {@code --keep}, {@code --backup}, {@code --resume}.
 * The first three are facts of the run, so that a resumed one keeps them.
 */
final class CheckpointOptions {

    private static final String EVERY = "checkpoint_every";
    private static final String KEEP = "checkpoints_kept";
    private static final String BACKUP = "backup";
    private static final int DEFAULT_MINUTES = 10;
    private static final int DEFAULT_KEEP = 3;

    @Spec(Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--resume",
            paramLabel = "RUN",
            description =
                    "Go on with a run, or a backup of one, from its newest checkpoint, bit for bit as if it had not "
                            + "been interrupted. Model and options come from the run.")
    private @Nullable Path resumed;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "N|Nm",
            converter = ToInterval.class,
            description = "Within an epoch, write a checkpoint every N steps or N minutes. Default: 10m.")
    private @Nullable CheckpointInterval every;

    @Option(
            names = "--keep",
            paramLabel = "N",
            description = "Checkpoints to keep, besides that of the best test accuracy. Default: 3.")
    private @Nullable Integer keep;

    @Option(
            names = "--backup",
            paramLabel = "DIR",
            description = "Copy each checkpoint into this existing folder too, best on another disk.")
    private @Nullable Path backup;

    /** The run to go on with. */
    Optional<Path> resumed() {
        return Optional.ofNullable(resumed);
    }

    /** The description with these options as facts of the run; what was not given stays or is the default. */
    RunDescription describe(RunDescription run) {
        if (keep != null && keep < 1) {
            throw WrongUse.of(command, "--keep is " + keep + ", expected at least 1");
        }
        if (backup != null && !Files.isDirectory(backup)) {
            throw WrongUse.of(command, "--backup " + backup + " is no folder; make it, or mount its disk");
        }
        Map<String, String> facts = run.environment();
        RunDescription described = run.with(
                        EVERY, every == null ? facts.getOrDefault(EVERY, DEFAULT_MINUTES + "m") : every.toString())
                .with(KEEP, keep == null ? facts.getOrDefault(KEEP, String.valueOf(DEFAULT_KEEP)) : keep.toString());
        return backup == null
                ? described
                : described.with(BACKUP, backup.toAbsolutePath().normalize().toString());
    }

    /** Writes the checkpoints of a run as its facts say. */
    Checkpointer checkpointer(RunFolder run, RunDescription description, Console console) {
        Map<String, String> facts = description.environment();
        var checkpointer = new Checkpointer(
                new CheckpointFolder(run.checkpoints()),
                description,
                CheckpointInterval.parse(facts.getOrDefault(EVERY, DEFAULT_MINUTES + "m")),
                Integer.parseInt(facts.getOrDefault(KEEP, String.valueOf(DEFAULT_KEEP))),
                console::warn);
        String place = facts.get(BACKUP);
        if (place != null) {
            Path folder = run.path().toAbsolutePath().normalize();
            if (!Path.of(place).equals(folder.getParent())) {
                checkpointer.backUp(new Backup(
                        Path.of(place), String.valueOf(folder.getFileName()), description.id(), console::warn));
            } else if (backup == null) {
                console.warn("the run goes on in its backup " + place + " and has no second place; --backup names one");
            } else {
                throw WrongUse.of(command, "--backup " + place + " is where the run itself is; name another folder");
            }
        }
        return checkpointer;
    }

    /** Reads an interval from the command line. */
    static final class ToInterval implements ITypeConverter<CheckpointInterval> {
        @Override
        public CheckpointInterval convert(String text) {
            try {
                return CheckpointInterval.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
