package org.skipjack.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.skipjack.train.exchange.InputTransform;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * What is done to pictures before a model sees them, in torchvision's terms: {@code --resize}, {@code --crop}, {@code --mean},
 * {@code --std}. What is not given is as the weights say.
 */
final class PreparationOptions {

    @Spec(Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--resize",
            paramLabel = "SIDE",
            description = "Side to which whole pictures are resized; with a crop, their shorter side. "
                    + "Default: what the weights say.")
    private @Nullable Integer resize;

    @Option(
            names = "--crop",
            paramLabel = "SIDE",
            description = "Side of the square in the middle that the model sees; 0 for the whole picture. "
                    + "Default: what the weights say.")
    private @Nullable Integer crop;

    @Option(
            names = "--mean",
            paramLabel = "M",
            split = ",",
            description = "Subtracted from levels between 0 and 1: a number for each channel, or one for all. "
                    + "Default: what the weights say.")
    private @Nullable List<Float> mean;

    @Option(
            names = "--std",
            paramLabel = "S",
            split = ",",
            description = "What they are divided by then. Default: what the weights say.")
    private @Nullable List<Float> std;

    /** What was given, as metadata of weights. */
    Map<String, String> facts() {
        var facts = new LinkedHashMap<String, String>();
        if (resize != null) {
            facts.put(InputTransform.RESIZE, String.valueOf(ImageSize.checked(command, "--resize", resize, 1)));
        }
        if (crop != null) {
            facts.put(InputTransform.CROP, String.valueOf(ImageSize.checked(command, "--crop", crop, 0)));
        }
        if (mean != null) {
            facts.put(InputTransform.MEAN, joined(mean));
        }
        if (std != null) {
            facts.put(InputTransform.STD, joined(std));
        }
        return facts;
    }

    /** Images of that side, without a crop. */
    static Map<String, String> wholePictures(int side) {
        return Map.of(InputTransform.RESIZE, String.valueOf(side), InputTransform.CROP, "0");
    }

    private static String joined(List<Float> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
