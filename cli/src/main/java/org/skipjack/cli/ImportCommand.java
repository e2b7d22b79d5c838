package org.skipjack.cli;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.skipjack.nn.models.ModelProvider;
import org.skipjack.train.exchange.InputTransform;
import org.skipjack.train.exchange.ModelReader;
import org.skipjack.train.exchange.StoredModel;
import org.skipjack.train.run.Weights;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            "A model of torchvision's for colour pictures is taken to be trained on ImageNet as torchvision does it:",
            "--resize 256 --crop 224 --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225, unless --dataset is given.",
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

    @Mixin
    private PreparationOptions preparation = new PreparationOptions();

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            converter = Published.ByName.class,
            description =
                    "The data set it was trained on, fashion-mnist or mnist: names of the classes and look of the pictures.")
    private @Nullable Published dataset;

    @Option(
            names = "--class-names",
            paramLabel = "FILE",
            description = "Names of the classes, one a line, to be kept with the weights.")
    private @Nullable Path classNames;

    ImportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        ModelProvider provider = ModelNames.find(command, model);
        refusePickles();
        Weights weights = weights().withoutPrefix(prefix);
        if (dataset != null) {
            var known = new LinkedHashMap<>(weights.metadata());
            known.put("dataset", dataset.toString());
            weights = weights.withMetadata(known);
        }
        StoredModel stored = ModelFile.with(command, file, StoredModel.load(weights, provider), preparation.facts());
        if (classNames != null) {
            stored = stored.with(StoredModel.namesAsMetadata(ClassNames.read(command, classNames, stored.classes())));
        }
        Path target = target(provider);
        Weights.write(target, stored.module(), stored.description());
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
        if (!stored.transform().equals(InputTransform.NONE)) {
            console.out().println("pictures: " + stored.transform().describe(stored.width(), stored.height()));
        }
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
