package org.skipjack.cli;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.skipjack.train.exchange.StoredModel;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which trained model a command is about, where weights need not say which model they are of. */
final class ModelFileOptions {

    @Spec(Target.MIXEE)
    private @Nullable CommandSpec command;

    @Parameters(paramLabel = "RUN|FILE", description = "Folder of a run, a safetensors or an ONNX file.")
    private Path weights = Path.of("");

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description = "One of ${COMPLETION-CANDIDATES}. Default: what the weights say.")
    private @Nullable String model;

    @Option(names = "--resize", paramLabel = "SIDE", description = "Side of the images. Default: what the weights say.")
    private @Nullable Integer resize;

    /** Reads it. */
    StoredModel open() {
        Map<String, String> facts = resize == null
                ? Map.of()
                : PreparationOptions.wholePictures(ImageSize.checked(command, "--resize", resize, 1));
        return ModelFile.open(command, weights, model, facts);
    }
}
