package org.skipjack.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.skipjack.nn.models.ModelProvider;
import org.skipjack.train.exchange.ModelReader;
import org.skipjack.train.exchange.StoredModel;
import org.skipjack.train.run.RunFolder;
import org.skipjack.train.run.Weights;
import picocli.CommandLine.Model.CommandSpec;

/** The trained model that a run folder, a file of weights or a file of a whole model holds. */
final class ModelFile {

    private ModelFile() {}

    /**
     * Reads it.
     *
     * @param name the model's, or null for what the weights say
     * @param side of the images, or null for what the weights say
     */
    static StoredModel open(
            @Nullable CommandSpec command, Path runOrFile, @Nullable String name, @Nullable Integer side) {
        Path file = RunFolder.weightsOf(runOrFile);
        Optional<ModelReader> reader = ModelReader.of(file);
        if (reader.isPresent()) {
            if (name != null || side != null) {
                throw WrongUse.of(
                        command,
                        file + " says itself which model it is and what images it takes; leave out "
                                + (name != null ? "--model" : "--resize"));
            }
            return reader.get().read(file);
        }
        Weights weights = Weights.read(file);
        String model = name == null
                ? weights.metadata("model")
                        .orElseThrow(() -> WrongUse.of(
                                command,
                                file + " does not say which model it is of; "
                                        + (hasOption(command, "--model") ? "give --model" : "import it first")))
                : name;
        ModelProvider provider = ModelNames.find(command, model);
        OptionalInt given = side == null ? OptionalInt.empty() : ImageSize.side(command, side, provider);
        return StoredModel.load(weights, provider, given);
    }

    private static boolean hasOption(@Nullable CommandSpec command, String name) {
        return command != null && command.optionsMap().containsKey(name);
    }
}
