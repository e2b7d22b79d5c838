package org.skipjack.train.exchange;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.StateDictException;
import org.skipjack.nn.models.ModelProvider;
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
    private static final String RESIZE = "resize";
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
     * {@code resize}, else that of the model's usual training.
     *
     * @throws ForeignWeightsException if the weights do not fit, with the model that they would fit
     * @throws org.skipjack.train.safetensors.SafetensorsException if a tensor has a type that no parameter has
     * @throws org.skipjack.train.run.RunFolderException if the metadata hold nonsense
     */
    public static StoredModel load(Weights weights, ModelProvider provider) {
        return load(weights, provider, OptionalInt.empty());
    }

    /** As {@link #load(Weights, ModelProvider)}, with images of a side that is known better. */
    public static StoredModel load(Weights weights, ModelProvider provider, OptionalInt side) {
        Module module = fitting(weights, provider);
        try {
            weights.loadInto(module);
        } catch (StateDictException e) {
            throw new ForeignWeightsException(weights, provider.name(), e);
        }
        OptionalInt resize = side.isPresent() ? side : weights.number(RESIZE);
        int[] input = provider.inputShape();
        int usual = provider.defaults().resize();
        return new StoredModel(
                provider.name(),
                module,
                channels(weights, module).orElse(input[0]),
                resize.orElse(usual > 0 ? usual : input[1]),
                resize.orElse(usual > 0 ? usual : input[2]),
                classes(weights, module).orElse(TENTATIVE_CLASSES),
                weights.metadata());
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
        return Optional.ofNullable(metadata.get("dataset"));
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
            description.put(RESIZE, String.valueOf(height));
        }
        return description;
    }

    /** Number of learnt values. */
    public long parameterCount() {
        return module.parameterCount();
    }
}
