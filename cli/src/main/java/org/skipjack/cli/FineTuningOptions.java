package org.skipjack.cli;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.skipjack.nn.Module;
import org.skipjack.nn.ParameterGroup;
import org.skipjack.train.FineTuning;
import org.skipjack.train.Trainer;
import org.skipjack.train.exchange.Pretrained;
import org.skipjack.train.run.RunDescription;
import org.skipjack.train.run.RunFolder;
import org.skipjack.train.run.Weights;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * Going on from the weights of another training: {@code --init}, {@code --replace-head}, {@code --freeze}, {@code
 * --learning-rate-of}, {@code --adapt-statistics}. All are facts of the run, so that a resumed one keeps them.
 */
final class FineTuningOptions {

    private static final String INIT = "init";
    private static final String INIT_SHA256 = "init_sha256";
    private static final String REPLACED_HEAD = "replaced_head";
    private static final String FREEZE = "freeze";
    private static final String RATES = "learning_rates";
    private static final String ADAPT = "adapt_statistics";

    @Spec(Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--init",
            paramLabel = "RUN|FILE",
            description =
                    "Start from these weights instead of random ones: a run or a safetensors file, also of PyTorch.")
    private @Nullable Path init;

    @Option(
            names = "--replace-head",
            paramLabel = "N",
            description = "With --init, draw a new last layer of N classes.")
    private @Nullable Integer classes;

    @Option(
            names = "--freeze",
            paramLabel = "PATTERN",
            split = ",",
            description =
                    "Do not train what the pattern names: a module (layer1), a parameter (fc.bias), several (* and "
                            + "?), or body, all but the last layer. Frozen batch norms keep their statistics.")
    private @Nullable List<String> freeze;

    @Option(
            names = "--learning-rate-of",
            paramLabel = "PATTERN=RATE",
            split = ",",
            description = "A learning rate of its own for what the pattern names.")
    private @Nullable Map<String, Float> rates;

    @Option(
            names = "--adapt-statistics",
            description = "Let frozen batch norms go on normalising by the batch and moving their statistics.")
    private @Nullable Boolean adapt;

    /** The number of classes of the model. */
    int classes(int ofData) {
        if (classes == null) {
            return ofData;
        }
        if (init == null) {
            throw WrongUse.of(command, "--replace-head needs --init, whose last layer it replaces");
        }
        if (classes < ofData) {
            throw WrongUse.of(command, "--replace-head is " + classes + ", the data have " + ofData + " classes");
        }
        return classes;
    }

    /** What is to be told of a run, by name; nothing if there is no fine-tuning. */
    Map<String, String> facts() throws IOException {
        var facts = new LinkedHashMap<String, String>();
        if (init != null) {
            Path file = RunFolder.weightsOf(init);
            facts.put(INIT, file.toString());
            facts.put(INIT_SHA256, Files.isRegularFile(file) ? sha256(file) : "");
        }
        if (classes != null) {
            facts.put(REPLACED_HEAD, classes.toString());
        }
        if (freeze != null) {
            facts.put(FREEZE, String.join(",", freeze));
        }
        if (rates != null) {
            facts.put(RATES, text(rates));
        }
        if (adapt != null) {
            facts.put(ADAPT, adapt.toString());
        }
        return facts;
    }

    /** What was given and is not what a run has, a line for each. */
    List<String> differences(Map<String, String> run) {
        var differences = new ArrayList<String>();
        compare(differences, "--init", init == null ? null : RunFolder.weightsOf(init), run.getOrDefault(INIT, "none"));
        compare(differences, "--replace-head", classes, run.getOrDefault(REPLACED_HEAD, "none"));
        compare(
                differences,
                "--freeze",
                freeze == null ? null : String.join(",", freeze),
                run.getOrDefault(FREEZE, "none"));
        compare(differences, "--learning-rate-of", rates == null ? null : text(rates), run.getOrDefault(RATES, "none"));
        compare(differences, "--adapt-statistics", adapt, run.getOrDefault(ADAPT, "false"));
        return differences;
    }

    private static void compare(List<String> differences, String option, @Nullable Object given, String run) {
        TrainingChoices.compare(differences, option, given == null ? null : given.toString(), run);
    }

    /** What the facts of a run say. */
    private FineTuning tuning(Map<String, String> facts) {
        try {
            FineTuning tuning = FineTuning.NONE.withAdaptStatistics(Boolean.parseBoolean(facts.get(ADAPT)));
            for (String pattern : parts(facts, FREEZE)) {
                tuning = tuning.withFreeze(pattern);
            }
            for (String part : parts(facts, RATES)) {
                int equals = part.lastIndexOf('=');
                tuning = tuning.withLearningRate(
                        part.substring(0, equals), Float.parseFloat(part.substring(equals + 1)));
            }
            return tuning;
        } catch (IllegalArgumentException e) {
            throw WrongUse.of(command, String.valueOf(e.getMessage()));
        }
    }

    private static List<String> parts(Map<String, String> facts, String name) {
        String text = facts.getOrDefault(name, "");
        return text.isEmpty() ? List.of() : List.of(text.split(","));
    }

    private static String text(Map<String, Float> rates) {
        return rates.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(","));
    }

    /** Copies the weights in, if that was asked for; says so. */
    void start(Module module, String model, Console console) {
        if (init == null) {
            return;
        }
        Weights weights = Weights.read(RunFolder.weightsOf(init));
        new Pretrained(weights, model).loadInto(module, classes != null).forEach(console.out()::println);
    }

    /** Has the trainer do what the facts of a run say; tells how much is trained. A pattern that names nothing is wrong use. */
    void apply(RunDescription run, Trainer trainer, Module module, Console console) {
        FineTuning tuning = tuning(run.environment());
        if (tuning.equals(FineTuning.NONE)) {
            return;
        }
        float rate = run.options().learningRate();
        List<ParameterGroup> groups;
        try {
            groups = tuning.prepare(module, rate);
        } catch (IllegalArgumentException e) {
            throw WrongUse.of(command, String.valueOf(e.getMessage()));
        }
        trainer.fineTune(tuning);
        console.out()
                .println(format(
                        ROOT,
                        "training %,d of %,d parameters, learning rate %s",
                        FineTuning.trained(groups),
                        module.parameterCount(),
                        groups.stream()
                                .map(group -> String.valueOf(group.learningRateFactor() * rate))
                                .collect(Collectors.joining(" and "))));
    }

    private static String sha256(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var digest = MessageDigest.getInstance("SHA-256");
            var buffer = new byte[1 << 16];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
