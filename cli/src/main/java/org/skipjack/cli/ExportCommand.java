package org.skipjack.cli;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.skipjack.train.exchange.ExportFormat;
import org.skipjack.train.exchange.StoredModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code skipjack export RUN|FILE}: hands trained weights to other systems. */
@Command(
        name = "export",
        description = "Write a trained model for other systems.",
        footer = {"", "Example: skipjack export runs/lenet-bn-1 --format safetensors --out lenet.safetensors"})
final class ExportCommand implements Callable<Integer> {

    private final Console console;

    @Spec
    private @Nullable CommandSpec command;

    @Mixin
    private ModelFileOptions file = new ModelFileOptions();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            completionCandidates = Formats.class,
            description = "One of ${COMPLETION-CANDIDATES}. Default: the ending of --out.")
    private @Nullable String format;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The file to write.")
    private Path out = Path.of("");

    @Option(
            names = "--fold-batch-norm",
            description = "Fold batch norms into the layers before them, if the format can hold that.")
    private boolean fold;

    ExportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        ExportFormat target = found(format == null ? ending() : format);
        StoredModel stored = file.open();
        target.write(out, stored, fold);
        console.out()
                .println(format(
                        ROOT,
                        "%s as %s (%s): %,d parameters, %s in %s",
                        stored.model(),
                        target.name(),
                        target.description(),
                        stored.module().parameterCount(),
                        Sizes.bytes(Files.size(out)),
                        out));
        return ExitCode.DONE;
    }

    private String ending() {
        String name = String.valueOf(out.getFileName());
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private ExportFormat found(String name) {
        try {
            return ExportFormat.find(name);
        } catch (IllegalArgumentException e) {
            throw WrongUse.of(command, e.getMessage() + "; give --format");
        }
    }

    /** The formats that can be named, for help texts and completion. */
    static final class Formats implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return ExportFormat.all().stream().map(ExportFormat::name).iterator();
        }
    }
}
