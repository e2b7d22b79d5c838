package org.skipjack.cli;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Device;
import org.skipjack.train.exchange.StoredModel;
import org.skipjack.train.predict.PicturePreparation;
import org.skipjack.train.predict.PicturePreparation.Inversion;
import org.skipjack.train.predict.PicturePreparation.Prepared;
import org.skipjack.train.predict.Prediction;
import org.skipjack.train.predict.Predictor;
import org.skipjack.train.run.JsonObject;
import org.skipjack.train.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skipjack predict FILE|DIR...}: classifies pictures. */
@Command(
        name = "predict",
        description = "Classify pictures with a trained model.",
        footer = {
            "",
            "Pictures for a model of Fashion-MNIST or MNIST are made grey, inverted if",
            "their ground is light, trimmed, and fitted to 28x28, as those data sets were;",
            "then resized as in the training. Those for a model of torchvision's that was",
            "imported are resized, cropped and normalised as it was trained. Photos are",
            "turned upright by their EXIF orientation first.",
            "Example: skipjack predict shoe.jpg --model runs/lenet-bn-1"
        })
final class PredictCommand implements Callable<Integer> {

    /** Pictures that are held in memory and computed together. */
    private static final int CHUNK = 64;

    private final Console console;

    @Spec
    private @Nullable CommandSpec command;

    @Parameters(paramLabel = "FILE|DIR", arity = "1..*", description = "Pictures, or folders of pictures.")
    private List<Path> paths = List.of();

    @Option(
            names = "--model",
            paramLabel = "RUN|FILE",
            description = "Folder of a run, a safetensors or an ONNX file. Default: the newest run in runs.")
    private @Nullable Path model;

    @Option(
            names = "--top",
            paramLabel = "K",
            defaultValue = "3",
            description = "Classes to show. Default: ${DEFAULT-VALUE}.")
    private int top = 3;

    @Option(names = "--json", description = "Print one JSON object for each picture.")
    private boolean json;

    @Option(
            names = "--invert",
            paramLabel = "HOW",
            defaultValue = "auto",
            description = "Exchange light and dark: auto, yes or no. Default: ${DEFAULT-VALUE}.")
    private Inversion inversion = Inversion.AUTO;

    @Mixin
    private PreparationOptions preparation = new PreparationOptions();

    @Option(
            names = "--class-names",
            paramLabel = "FILE",
            description = "Names of the classes, one a line. Default: those kept with the weights, or of the data "
                    + "set of the training.")
    private @Nullable Path classNames;

    @Mixin
    private DeviceOptions devices = new DeviceOptions();

    private boolean failed;

    PredictCommand(Console console) {
        this.console = console;
    }

    /** A picture that could be read, as the net takes it. */
    private record Ready(Path path, float[] pixels, String preparation) {}

    @Override
    public Integer call() throws IOException {
        if (top < 1) {
            throw WrongUse.of(command, "--top is " + top + ", expected at least 1");
        }
        Path runOrFile = model == null ? newestRun() : model;
        StoredModel stored = ModelFile.open(command, runOrFile, null, preparation.facts());
        List<String> names =
                classNames == null ? stored.classNames() : ClassNames.read(command, classNames, stored.classes());
        Device device = devices.open(console);
        stored.module().to(device);
        if (!json) {
            console.out().println(stored.model() + " from " + runOrFile + ", " + device.describe());
        }
        try (var predictor = Predictor.of(stored, names)) {
            var chunk = new ArrayList<Ready>();
            for (PictureFile picture : pictures()) {
                prepare(picture, predictor.preparation(), chunk);
                if (chunk.size() == CHUNK) {
                    predict(predictor, chunk);
                }
            }
            predict(predictor, chunk);
        }
        return failed ? ExitCode.FAILED : ExitCode.DONE;
    }

    private Path newestRun() {
        return RunFolder.newest(Path.of("runs"))
                .orElseThrow(() -> WrongUse.of(command, "there is no trained run in runs; give --model"));
    }

    private List<PictureFile> pictures() throws IOException {
        var pictures = new ArrayList<PictureFile>();
        for (Path path : paths) {
            List<PictureFile> found = PictureFile.at(path);
            if (found.isEmpty()) {
                fail(path, path + ": no pictures in this folder");
            }
            pictures.addAll(found);
        }
        return pictures;
    }

    private void prepare(PictureFile picture, PicturePreparation preparation, List<Ready> chunk) {
        try {
            PictureFile.Upright upright = picture.read();
            Prepared prepared = preparation.prepare(upright.image(), inversion);
            chunk.add(new Ready(picture.path(), prepared.pixels(), upright.turned() + prepared.description()));
        } catch (PictureFile.NoPictureException e) {
            fail(picture.path(), String.valueOf(e.getMessage()));
        }
    }

    private void fail(Path path, String message) {
        failed = true;
        console.warn(message);
        if (json) {
            console.out().println(new JsonObject().put("file", path.toString()).put("error", message));
        }
    }

    private void predict(Predictor predictor, List<Ready> chunk) {
        List<Prediction> predictions =
                predictor.predictAll(chunk.stream().map(Ready::pixels).toList());
        for (int i = 0; i < chunk.size(); i++) {
            show(chunk.get(i), predictions.get(i).top(top));
        }
        chunk.clear();
    }

    private void show(Ready picture, List<Prediction.Candidate> candidates) {
        if (json) {
            console.out()
                    .println(new JsonObject()
                            .put("file", picture.path().toString())
                            .put(
                                    "classes",
                                    candidates.stream()
                                            .map(PredictCommand::object)
                                            .toList())
                            .put("preparation", picture.preparation()));
            return;
        }
        console.out()
                .println(picture.path() + ": "
                        + candidates.stream()
                                .map(candidate ->
                                        format(ROOT, "%s %.1f %%", candidate.name(), 100 * candidate.probability()))
                                .collect(Collectors.joining(", ")));
        console.out().println("    " + picture.preparation());
    }

    private static JsonObject object(Prediction.Candidate candidate) {
        return new JsonObject()
                .put("label", candidate.label())
                .put("name", candidate.name())
                .put("probability", candidate.probability());
    }
}
