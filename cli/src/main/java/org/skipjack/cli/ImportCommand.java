package org.skipjack.cli;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.skipjack.nn.models.ModelProvider;
import org.skipjack.train.exchange.ModelReader;
import org.skipjack.train.exchange.StoredModel;
import org.skipjack.train.run.Weights;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skipjack import FILE}: takes the weights of a PyTorch model. */
@Command(
        name = "import",
        description = "Take the weights of a PyTorch model, by name, from a safetensors or ONNX file.",
        footer = {
            "",
            "The file is what safetensors.torch.save_file(model.state_dict(), FILE) writes in Python, or an ONNX model",
            "whose batch norms are kept. Other ONNX models need no import: evaluate, predict and export read them.",
            "Example: skipjack import resnet18.safetensors --model resnet18-tv --out resnet18"
        })
final class ImportCommand implements Callable<Integer> {

    private static final String ENDING = ".safetensors";

    private final Console console;

    @Spec
    private @Nullable CommandSpec command;

    @Parameters(paramLabel = "FILE", description = "A safetensors or ONNX file.")
    private Path file = Path.of("");

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            required = true,
            completionCandidates = ModelNames.class,
            description = "Whose weights they are: one of ${COMPLETION-CANDIDATES}.")
    private String model = "";

    @Option(
            names = "--out",
            paramLabel = "FILE|DIR",
            description = "The file to write if it ends in " + ENDING + ", else a new or empty folder. "
                    + "Default: MODEL" + ENDING + ".")
    private @Nullable Path out;

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            description = "Beginning of the file's names to leave out, such as 'module.'.")
    private String prefix = "";

    @Option(
            names = "--resize",
            paramLabel = "SIDE",
            description = "Side of the images that the model takes. Default: the model's own.")
    private @Nullable Integer resize;

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            converter = Published.ByName.class,
            description = "The data set it was trained on, fashion-mnist or mnist: names of the classes.")
    private @Nullable Published dataset;

    ImportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        ModelProvider provider = ModelNames.find(command, model);
        refusePickles();
        Weights weights = weights().withoutPrefix(prefix);
        OptionalInt side = resize == null ? OptionalInt.empty() : ImageSize.side(command, resize, provider);
        StoredModel stored = StoredModel.load(weights, provider, side);
        Path target = target(provider);
        var description = new LinkedHashMap<>(stored.description());
        if (dataset != null) {
            description.put("dataset", dataset.toString());
        }
        Weights.write(target, stored.module(), description);
        console.out()
                .println(format(
                        ROOT,
                        "%s: %d tensors, %,d parameters; images [%d, %d, %d], %d classes",
                        provider.name(),
                        weights.names().size(),
                        stored.module().parameterCount(),
                        stored.channels(),
                        stored.height(),
                        stored.width(),
                        stored.classes()));
        console.out().println("written to " + target);
        return ExitCode.DONE;
    }

    private Weights weights() {
        Optional<StoredModel> whole = ModelReader.of(file).map(reader -> reader.read(file));
        return whole.isPresent()
                ? Weights.of(file, whole.get().module(), whole.get().metadata())
                : Weights.read(file);
    }

    private void refusePickles() {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".pt") || name.endsWith(".pth") || name.endsWith(".bin")) {
            throw WrongUse.of(
                    command,
                    file + " is a pickle, which may hold any code and is not read; write it in Python as"
                            + " safetensors.torch.save_file(model.state_dict(), FILE)");
        }
    }

    private Path target(ModelProvider provider) throws IOException {
        if (out == null) {
            Path usual = Path.of(provider.name() + ENDING);
            if (Files.exists(usual)) {
                throw WrongUse.of(command, usual + " is there already; give --out");
            }
            return usual;
        }
        if (out.toString().endsWith(ENDING)) {
            return out;
        }
        Files.createDirectories(out);
        try (var entries = Files.list(out)) {
            if (entries.findAny().isPresent()) {
                throw WrongUse.of(
                        command,
                        out + " holds files already; give a new or empty folder, or a file that ends" + " in "
                                + ENDING);
            }
        }
        return out.resolve("weights" + ENDING);
    }
}
