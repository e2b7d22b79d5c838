package org.skipjack.train.exchange;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.StateDictException;
import org.skipjack.nn.models.ModelProvider;
import org.skipjack.train.data.FashionMnist;
import org.skipjack.train.run.Weights;

/**
 * A net with the weights of a file, and what is known of its input.
 *
 * <pre>{@code
 * var model = StoredModel.load(Weights.read(file), Models.find("resnet18-tv"));
 * Tensor logits = model.module().eval().call(images);
 * }</pre>
 *
 * @param model name of the model, {@code resnet18-tv}
 * @param module the net
 * @param channels channels of an input image
 * @param height rows of an input image
 * @param width columns of an input image
 * @param classes number of logits
 * @param metadata what was written with the weights
 */
public record StoredModel(
        String model, Module module, int channels, int height, int width, int classes, Map<String, String> metadata) {

    private static final String MODEL = "model";
    private static final String CHANNELS = "channels";
    private static final String CLASSES = "classes";
    private static final String DATASET = "dataset";
    private static final String CLASS_NAMES = "class_names";
    private static final int TENTATIVE_CLASSES = 10;

    /** Copies the map. */
    public StoredModel {
        metadata = Map.copyOf(metadata);
    }

    /**
     * Builds the model and fills it.
     *
     * <p>Channels and classes are those of the metadata, else those that the shapes say: the second extent of the first
     * weight, if it is a convolution's, and the first extent of the last. Images have the side that the metadata name as
     * {@code crop} or {@code resize}, else that of the model's usual training. Where the metadata name neither a model nor a data
     * set, a net of torchvision's for colour pictures is taken to want {@link InputTransform#IMAGENET}.
     *
     * @throws ForeignWeightsException if the weights do not fit, with the model that they would fit
     * @throws org.skipjack.train.safetensors.SafetensorsException if a tensor has a type that no parameter has
     * @throws org.skipjack.train.run.RunFolderException if the metadata hold nonsense
     */
    public static StoredModel load(Weights weights, ModelProvider provider) {
        Module module = fitting(weights, provider);
        try {
            weights.loadInto(module);
        } catch (StateDictException e) {
            throw new ForeignWeightsException(weights, provider.name(), e);
        }
        int[] input = provider.inputShape();
        int usual = provider.defaults().resize();
        int channels = channels(weights, module).orElse(input[0]);
        Weights described = described(weights, provider, channels);
        OptionalInt resize = described.number(InputTransform.RESIZE);
        OptionalInt side =
                described.metadata(InputTransform.CROP).isPresent() ? described.number(InputTransform.CROP) : resize;
        var metadata = new LinkedHashMap<>(described.metadata());
        metadata.put(InputTransform.RESIZE, String.valueOf(resize.orElse(usual > 0 ? usual : input[1])));
        var model = new StoredModel(
                provider.name(),
                module,
                channels,
                side.orElse(usual > 0 ? usual : input[1]),
                side.orElse(usual > 0 ? usual : input[2]),
                classes(weights, module).orElse(TENTATIVE_CLASSES),
                metadata);
        try {
            model.transform();
            model.classNames();
        } catch (IllegalArgumentException e) {
            throw weights.malformed(String.valueOf(e.getMessage()), e);
        }
        return model;
    }

    /** With what goes without saying said, and a crop of 0 as none. */
    private static Weights described(Weights weights, ModelProvider provider, int channels) {
        boolean foreign =
                weights.metadata(MODEL).isEmpty() && weights.metadata(DATASET).isEmpty();
        var metadata =
                new LinkedHashMap<String, String>(foreign ? InputTransform.assumed(provider, channels) : Map.of());
        metadata.putAll(weights.metadata());
        metadata.remove(InputTransform.CROP, "0");
        return weights.withMetadata(metadata);
    }

    /** The model with as many channels and classes as the weights have, not yet filled; other shapes may still differ. */
    static Module fitting(Weights weights, ModelProvider provider) {
        OptionalInt channels = weights.number(CHANNELS);
        OptionalInt classes = weights.number(CLASSES);
        if (channels.isEmpty() || classes.isEmpty()) {
            Module tentative = empty(provider, provider.inputShape()[0], TENTATIVE_CLASSES);
            channels = channels(weights, tentative);
            classes = classes(weights, tentative);
        }
        return empty(provider, channels.orElse(provider.inputShape()[0]), classes.orElse(TENTATIVE_CLASSES));
    }

    private static Module empty(ModelProvider provider, int channels, int classes) {
        return Init.withoutDrawing(() -> provider.create(channels, classes, Init.generator(0)));
    }

    private static OptionalInt channels(Weights weights, Module module) {
        OptionalInt named = weights.number(CHANNELS);
        return named.isPresent() ? named : extent(weights, module.parameters().getFirst(), 4, 1);
    }

    private static OptionalInt classes(Weights weights, Module module) {
        OptionalInt named = weights.number(CLASSES);
        return named.isPresent() ? named : extent(weights, module.parameters().getLast(), 1, 0);
    }

    /** What the file has in place of an extent of a parameter of at least that rank. */
    private static OptionalInt extent(Weights weights, Parameter parameter, int rank, int axis) {
        Optional<Shape> stored = weights.shape(parameter.name());
        return stored.isPresent()
                        && stored.get().rank() >= rank
                        && stored.get().rank() == parameter.shape().rank()
                        && stored.get().dim(axis) > 0
                ? OptionalInt.of(stored.get().dim(axis))
                : OptionalInt.empty();
    }

    /** The name of the data set that the model was trained on, if that was written down. */
    public Optional<String> dataset() {
        return Optional.ofNullable(metadata.get(DATASET));
    }

    /**
     * What is done to pictures before the net sees them.
     *
     * @throws IllegalArgumentException if the metadata hold nonsense, which {@link #load} has refused already
     */
    public InputTransform transform() {
        InputTransform transform = InputTransform.of(metadata);
        transform.requireFits(channels, height, width);
        return transform;
    }

    /**
     * Names of the classes, by label: those that were written down, else Fashion-MNIST's if that is the data set; empty if they are
     * not known.
     *
     * @throws IllegalArgumentException if there are more or fewer than classes, which {@link #load} has refused already
     */
    public List<String> classNames() {
        String written = metadata.get(CLASS_NAMES);
        if (written == null) {
            boolean fashion = dataset().filter("fashion-mnist"::equals).isPresent();
            return fashion && classes == FashionMnist.CLASS_NAMES.size() ? FashionMnist.CLASS_NAMES : List.of();
        }
        List<String> names = List.of(written.split("\n", -1));
        if (names.size() != classes) {
            throw new IllegalArgumentException("there are " + names.size() + " classes by name, expected " + classes);
        }
        return names;
    }

    /** As it is kept in metadata. */
    public static Map<String, String> namesAsMetadata(List<String> classNames) {
        return Map.of(CLASS_NAMES, String.join("\n", classNames));
    }

    /**
     * The net for levels between 0 and 1, which it normalises first by {@link #transform}: what the images of a data set are given
     * to. The net itself if there is nothing to do.
     */
    public Module ofUnitInterval() {
        InputTransform transform = transform();
        return transform.normalizes() ? new NormalizedInput(transform, module) : module;
    }

    /**
     * The same net with facts added to its metadata or put in place of others, and images of the side that they name then as {@code
     * crop}, or else {@code resize}. A crop of 0 is none.
     *
     * @throws IllegalArgumentException if they are nonsense or do not fit the net
     */
    public StoredModel with(Map<String, String> facts) {
        var all = new LinkedHashMap<>(metadata);
        all.putAll(facts);
        all.remove(InputTransform.CROP, "0");
        boolean sized = facts.containsKey(InputTransform.CROP) || facts.containsKey(InputTransform.RESIZE);
        String side = all.getOrDefault(InputTransform.CROP, all.get(InputTransform.RESIZE));
        int rows = sized && side != null ? Integer.parseInt(side) : height;
        int columns = sized && side != null ? rows : width;
        var model = new StoredModel(this.model, module, channels, rows, columns, classes, all);
        model.transform();
        model.classNames();
        return model;
    }

    /** Shape of one input without the batch, {@code [channels, height, width]}. */
    public int[] inputShape() {
        return new int[] {channels, height, width};
    }

    /** What is to be written with the weights: what was, and enough to build the model and its input again. */
    public Map<String, String> description() {
        var description = new LinkedHashMap<>(metadata);
        description.put("format", "pt");
        description.put(MODEL, model);
        description.put(CHANNELS, String.valueOf(channels));
        description.put(CLASSES, String.valueOf(classes));
        if (height == width) {
            boolean cropped = transform().shorterSide().isPresent();
            description.put(cropped ? InputTransform.CROP : InputTransform.RESIZE, String.valueOf(height));
        }
        return description;
    }

    /** Number of learnt values. */
    public long parameterCount() {
        return module.parameterCount();
    }
}
