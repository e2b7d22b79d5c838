package org.skipjack.train.exchange;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.skipjack.nn.models.ModelProvider;
import org.skipjack.nn.models.ResNetProvider;

/**
 * What was done to the pictures that a net was trained on before it saw them: torchvision's {@code Resize}, {@code CenterCrop} and
 * {@code Normalize}. It is kept in the metadata of weights, as {@code resize}, {@code crop}, {@code mean} and {@code std}.
 *
 * <p>A level between 0 and 1 becomes {@code (level - mean) / std}, in single precision and in this order, as in PyTorch.
 *
 * @param shorterSide length to which a picture's shorter side is resized before the middle of the net's size is cut out; empty if
 *     the whole picture is resized to the net's size, as the images of a data set are
 * @param mean for each channel, or one for all; empty if levels stay between 0 and 1
 * @param std as many as {@code mean}
 */
public record InputTransform(OptionalInt shorterSide, List<Float> mean, List<Float> std) {

    /** The whole picture, levels between 0 and 1: how nets are trained here. */
    public static final InputTransform NONE = new InputTransform(OptionalInt.empty(), List.of(), List.of());

    /**
     * How torchvision's nets for ImageNet were trained: shorter side 256, the middle 224x224, mean and deviation of ImageNet's
     * colours. See the <a href="https://docs.pytorch.org/vision/stable/models.html">models page of torchvision</a>.
     */
    public static final InputTransform IMAGENET =
            new InputTransform(OptionalInt.of(256), List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));

    /** Name in metadata of the side that pictures are resized to, the shorter one if there is a {@link #CROP}. */
    public static final String RESIZE = "resize";

    /** Name in metadata of the side that is cut out of the middle; 0 stands for whole pictures. */
    public static final String CROP = "crop";

    /** Name in metadata of the means, with commas between. */
    public static final String MEAN = "mean";

    /** Name in metadata of the deviations, with commas between. */
    public static final String STD = "std";

    private static final int IMAGENET_CROP = 224;
    private static final int COLOURS = 3;

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if they differ in length, or a number is not finite or a deviation not positive
     */
    public InputTransform {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != std.size()) {
            throw new IllegalArgumentException(
                    "[InputTransform] mean has " + mean.size() + " numbers, std " + std.size() + ", expected as many");
        }
        if (!mean.stream().allMatch(Float::isFinite) || !std.stream().allMatch(s -> s > 0 && Float.isFinite(s))) {
            throw new IllegalArgumentException(
                    "[InputTransform] mean is " + mean + ", std " + std + ", expected finite numbers and std above 0");
        }
    }

    /**
     * What metadata say; if they name only one of mean and std, the other is 0 or 1.
     *
     * @throws IllegalArgumentException if a number is none
     */
    static InputTransform of(Map<String, String> metadata) {
        OptionalInt shorterSide = metadata.containsKey(CROP) && metadata.containsKey(RESIZE)
                ? OptionalInt.of(
                        Math.round(numbers(RESIZE, metadata.get(RESIZE)).getFirst()))
                : OptionalInt.empty();
        List<Float> mean = numbers(MEAN, metadata.get(MEAN));
        List<Float> std = numbers(STD, metadata.get(STD));
        if (mean.isEmpty() && std.isEmpty()) {
            return new InputTransform(shorterSide, mean, std);
        }
        int count = Math.max(mean.size(), std.size());
        return new InputTransform(shorterSide, filled(mean, count, 0), filled(std, count, 1));
    }

    /** One number stands for all channels. */
    private static List<Float> filled(List<Float> numbers, int count, float absent) {
        return numbers.size() > 1
                ? numbers
                : Collections.nCopies(count, numbers.isEmpty() ? absent : numbers.getFirst());
    }

    private static List<Float> numbers(String name, @Nullable String text) {
        var numbers = new ArrayList<Float>();
        if (text != null) {
            for (String number : text.split(",", -1)) {
                try {
                    numbers.add(Float.valueOf(number.strip()));
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException(
                            name + " is \"" + text + "\", not numbers with commas between", e);
                }
            }
        }
        return numbers;
    }

    /**
     * What is to be assumed of weights that say nothing about themselves: {@link #IMAGENET} for torchvision's nets with three
     * channels, as metadata; else nothing.
     */
    static Map<String, String> assumed(ModelProvider provider, int channels) {
        return provider instanceof ResNetProvider && channels == COLOURS ? IMAGENET.metadata(IMAGENET_CROP) : Map.of();
    }

    /** As it is kept beside weights; {@code side} is the net's. */
    private Map<String, String> metadata(int side) {
        var metadata = new LinkedHashMap<String, String>();
        shorterSide.ifPresent(length -> {
            metadata.put(RESIZE, String.valueOf(length));
            metadata.put(CROP, String.valueOf(side));
        });
        if (!mean.isEmpty()) {
            metadata.put(MEAN, joined(mean, ","));
            metadata.put(STD, joined(std, ","));
        }
        return metadata;
    }

    /** Whether levels do not stay as they are. */
    public boolean normalizes() {
        return mean.stream().anyMatch(m -> m != 0) || std.stream().anyMatch(s -> s != 1);
    }

    /** A level between 0 and 1, as the net takes it. */
    public float normalized(float level, int channel) {
        if (mean.isEmpty()) {
            return level;
        }
        int i = mean.size() == 1 ? 0 : channel;
        return (level - mean.get(i)) / std.get(i);
    }

    /** What is done to the levels, {@code normalised by mean 0.485, 0.456, 0.406 and std 0.229, 0.224, 0.225}; empty if nothing. */
    public Optional<String> normalization() {
        return normalizes()
                ? Optional.of("normalised by mean " + joined(mean, ", ") + " and std " + joined(std, ", "))
                : Optional.empty();
    }

    /** All that is done to a picture for a net that takes that size, in a line. */
    public String describe(int width, int height) {
        String size = shorterSide.isPresent()
                ? "shorter side resized to " + shorterSide.getAsInt() + ", cropped to " + width + "x" + height
                : "resized to " + width + "x" + height;
        return normalization().map(levels -> size + ", " + levels).orElse(size);
    }

    private static String joined(List<Float> numbers, String separator) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(separator));
    }

    /**
     * Refuses what does not fit a net.
     *
     * @throws IllegalArgumentException if mean and std are for another number of channels, or pictures become smaller than the net's
     *     images
     */
    void requireFits(int channels, int height, int width) {
        if (mean.size() > 1 && mean.size() != channels) {
            throw new IllegalArgumentException("mean and std have " + mean.size() + " numbers, expected 1 or "
                    + channels + ", one for each channel");
        }
        if (shorterSide.isPresent() && shorterSide.getAsInt() < Math.max(height, width)) {
            throw new IllegalArgumentException("pictures resized to " + shorterSide.getAsInt()
                    + " are smaller than the crop of " + width + "x" + height);
        }
    }
}
