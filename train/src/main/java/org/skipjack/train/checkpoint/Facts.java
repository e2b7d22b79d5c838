package org.skipjack.train.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.skipjack.train.TrainingOptions;
import org.skipjack.train.run.RunDescription;

/** The description of a run as metadata: text by name, from which it can be read again. */
final class Facts {

    private static final String OPTION = "option.";
    private static final String ENVIRONMENT = "environment.";

    private Facts() {}

    static Map<String, String> of(RunDescription run) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("version", run.version());
        facts.put("model", run.model());
        facts.put("channels", String.valueOf(run.channels()));
        facts.put("classes", String.valueOf(run.classes()));
        facts.put("dataset", run.dataset());
        run.resize().ifPresent(side -> facts.put("resize", String.valueOf(side)));
        TrainingOptions options = run.options();
        facts.put(OPTION + "epochs", String.valueOf(options.epochs()));
        facts.put(OPTION + "batch_size", String.valueOf(options.batchSize()));
        facts.put(OPTION + "learning_rate", String.valueOf(options.learningRate()));
        facts.put(OPTION + "momentum", String.valueOf(options.momentum()));
        facts.put(OPTION + "nesterov", String.valueOf(options.nesterov()));
        facts.put(OPTION + "weight_decay", String.valueOf(options.weightDecay()));
        facts.put(OPTION + "seed", String.valueOf(options.seed()));
        run.environment().forEach((name, value) -> facts.put(ENVIRONMENT + name, value));
        return facts;
    }

    /**
     * The description.
     *
     * @throws IllegalArgumentException if something is missing or is not a number where one should be
     */
    static RunDescription read(Map<String, String> facts) {
        var environment = new LinkedHashMap<String, String>();
        facts.forEach((name, value) -> {
            if (name.startsWith(ENVIRONMENT)) {
                environment.put(name.substring(ENVIRONMENT.length()), value);
            }
        });
        var options = new TrainingOptions(
                Integer.parseInt(get(facts, OPTION + "epochs")),
                Integer.parseInt(get(facts, OPTION + "batch_size")),
                Float.parseFloat(get(facts, OPTION + "learning_rate")),
                Float.parseFloat(get(facts, OPTION + "momentum")),
                Boolean.parseBoolean(get(facts, OPTION + "nesterov")),
                Float.parseFloat(get(facts, OPTION + "weight_decay")),
                Long.parseLong(get(facts, OPTION + "seed")));
        return new RunDescription(
                get(facts, "model"),
                Integer.parseInt(get(facts, "channels")),
                Integer.parseInt(get(facts, "classes")),
                get(facts, "dataset"),
                facts.containsKey("resize")
                        ? OptionalInt.of(Integer.parseInt(get(facts, "resize")))
                        : OptionalInt.empty(),
                options,
                get(facts, "version"),
                environment);
    }

    private static String get(Map<String, String> facts, String name) {
        String value = facts.get(name);
        if (value == null) {
            throw new IllegalArgumentException("its metadata lack " + name);
        }
        return value;
    }
}
