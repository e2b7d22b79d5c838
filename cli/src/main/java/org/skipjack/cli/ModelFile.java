package org.skipjack.cli;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
     * @param facts what options say of its pictures, in place of what the weights say
     */
    static StoredModel open(
            @Nullable CommandSpec command, Path runOrFile, @Nullable String name, Map<String, String> facts) {
        Path file = RunFolder.weightsOf(runOrFile);
        Optional<ModelReader> reader = ModelReader.of(file);
        if (reader.isPresent()) {
            if (name != null) {
                throw WrongUse.of(command, file + " says itself which model it is; leave out --model");
            }
            StoredModel stored = reader.get().read(file);
            StoredModel told = with(command, file, stored, facts);
            if (told.height() != stored.height() || told.width() != stored.width()) {
                throw WrongUse.of(
                        command,
                        format(
                                ROOT,
                                "%s takes images of %dx%d only; leave out --resize%s",
                                file,
                                stored.width(),
                                stored.height(),
                                hasOption(command, "--crop")
                                        ? ", or give --crop " + stored.height() + " beside it"
                                        : ""));
            }
            return told;
        }
        Weights weights = Weights.read(file);
        String model = name == null
                ? weights.metadata("model")
                        .orElseThrow(() -> WrongUse.of(
                                command,
                                file + " does not say which model it is of; "
                                        + (hasOption(command, "--model") ? "give --model" : "import it first")))
                : name;
        return with(command, file, StoredModel.load(weights, ModelNames.find(command, model)), facts);
    }

    /** The model with what options say in place of what was written down. */
    static StoredModel with(@Nullable CommandSpec command, Path file, StoredModel stored, Map<String, String> facts) {
        try {
            return stored.with(facts);
        } catch (IllegalArgumentException e) {
            throw WrongUse.of(command, file + ": " + e.getMessage());
        }
    }

    private static boolean hasOption(@Nullable CommandSpec command, String name) {
        return command != null && command.optionsMap().containsKey(name);
    }
}
