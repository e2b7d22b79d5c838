package org.skipjack.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.nn.models.TrainingDefaults;
import org.skipjack.train.TrainingOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How a model is trained: {@code --epochs}, {@code --batch-size}, {@code --learning-rate} and so on. */
final class TrainingChoices {

    @Spec(Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description =
                    "Passes over the training data. Default: the model's own. With --resume there may be more than "
                            + "before.")
    private @Nullable Integer epochs;

    @Option(names = "--batch-size", paramLabel = "N", description = "Examples in a step. Default: the model's own.")
    private @Nullable Integer batchSize;

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "Step size of gradient descent. Default: the model's own.")
    private @Nullable Float learningRate;

    @Option(names = "--momentum", paramLabel = "M", description = "Share of the last step that is kept. Default: 0.")
    private @Nullable Float momentum;

    @Option(names = "--nesterov", description = "Nesterov's kind of momentum; needs --momentum.")
    private @Nullable Boolean nesterov;

    @Option(
            names = "--weight-decay",
            paramLabel = "W",
            description = "Share of the weights that is added to their gradient. Default: 0.")
    private @Nullable Float weightDecay;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            description = "Determines initial weights and order of the examples. Default: 0.")
    private @Nullable Long seed;

    /** The options of a new training. */
    TrainingOptions options(TrainingDefaults defaults) {
        return over(
                new TrainingOptions(defaults.epochs(), defaults.batchSize(), defaults.learningRate(), 0, false, 0, 0));
    }

    /** The options of a run with what was given in their place. */
    private TrainingOptions over(TrainingOptions others) {
        try {
            return new TrainingOptions(
                    epochs == null ? others.epochs() : epochs,
                    batchSize == null ? others.batchSize() : batchSize,
                    learningRate == null ? others.learningRate() : learningRate,
                    momentum == null ? others.momentum() : momentum,
                    nesterov == null ? others.nesterov() : nesterov,
                    weightDecay == null ? others.weightDecay() : weightDecay,
                    seed == null ? others.seed() : seed);
        } catch (IllegalArgumentException e) {
            throw WrongUse.of(command, String.valueOf(e.getMessage()));
        }
    }

    /** What was given and is not what a run has, a line for each; the number of epochs may differ. */
    List<String> differences(TrainingOptions run) {
        var differences = new ArrayList<String>();
        compare(differences, "--batch-size", batchSize, run.batchSize());
        compare(differences, "--learning-rate", learningRate, run.learningRate());
        compare(differences, "--momentum", momentum, run.momentum());
        compare(differences, "--nesterov", nesterov, run.nesterov());
        compare(differences, "--weight-decay", weightDecay, run.weightDecay());
        compare(differences, "--seed", seed, run.seed());
        return differences;
    }

    /** Adds a line if something was given and differs. */
    static void compare(List<String> differences, String option, @Nullable Object given, Object run) {
        if (given != null && !given.equals(run)) {
            differences.add(option + " is " + given + ", the run has " + run);
        }
    }

    /**
     * The options with which a run goes on.
     *
     * @param begun epochs that it has begun, of which there cannot be fewer
     */
    TrainingOptions resumed(TrainingOptions run, int begun) {
        if (epochs != null && epochs < begun) {
            throw WrongUse.of(command, "--epochs is " + epochs + ", the run is in epoch " + begun + " already");
        }
        return over(run);
    }
}
