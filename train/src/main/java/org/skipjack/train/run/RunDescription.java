package org.skipjack.train.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.skipjack.train.TrainingOptions;

/**
 * What a run trains, on what and how; kept as {@code options.json} and, in short, within the weights.
 *
 * @param model name of the model, {@code lenet-bn}
 * @param channels channels of an input image
 * @param classes number of classes
 * @param dataset name of the data set, {@code fashion-mnist}
 * @param resize side to which the images are enlarged; empty if they are used as they are
 * @param options how it is trained
 * @param version version of Skipjack
 * @param environment further facts about the machine and the run, by name
 */
public record RunDescription(
        String model,
        int channels,
        int classes,
        String dataset,
        OptionalInt resize,
        TrainingOptions options,
        String version,
        Map<String, String> environment) {

    /** First member of {@code options.json}; tells a run folder from any other. */
    static final String MARK = "skipjack_run";

    /** Name of the fact that tells a run from all others. */
    public static final String ID = "run";

    private static final int FORMAT = 1;

    /** Copies the map. */
    public RunDescription {
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }

    /** What tells the run from all others, if that is known. */
    public String id() {
        return environment.getOrDefault(ID, "");
    }

    /** The same with other options. */
    public RunDescription withOptions(TrainingOptions other) {
        return new RunDescription(model, channels, classes, dataset, resize, other, version, environment);
    }

    /** The same with another fact, or another value of one. */
    public RunDescription with(String fact, String value) {
        var facts = new LinkedHashMap<>(environment);
        facts.put(fact, value);
        return new RunDescription(model, channels, classes, dataset, resize, options, version, facts);
    }

    /** The text of {@code options.json}. */
    String json() {
        var json = new JsonObject()
                .put(MARK, FORMAT)
                .put("version", version)
                .put("model", model)
                .put("channels", channels)
                .put("classes", classes)
                .put("dataset", dataset)
                .put("resize", resize.stream().asLongStream().findFirst())
                .put("epochs", options.epochs())
                .put("batch_size", options.batchSize())
                .put("learning_rate", options.learningRate())
                .put("momentum", options.momentum())
                .put("nesterov", options.nesterov())
                .put("weight_decay", options.weightDecay())
                .put("seed", options.seed());
        var facts = new JsonObject();
        environment.forEach(facts::put);
        return json.put("environment", facts) + "\n";
    }

    /**
     * The metadata of the weights after so many epochs: enough to build the model and its input again.
     *
     * @param epochsDone completed epochs
     */
    Map<String, String> metadata(int epochsDone) {
        var metadata = new LinkedHashMap<String, String>();
        metadata.put("format", "pt");
        metadata.put("model", model);
        metadata.put("channels", String.valueOf(channels));
        metadata.put("classes", String.valueOf(classes));
        metadata.put("dataset", dataset);
        resize.ifPresent(side -> metadata.put("resize", String.valueOf(side)));
        metadata.put("version", version);
        metadata.put("seed", String.valueOf(options.seed()));
        metadata.put("epochs", String.valueOf(epochsDone));
        return metadata;
    }
}
