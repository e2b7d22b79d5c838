package org.skipjack.cli;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.skipjack.nn.models.ModelProvider;
import org.skipjack.train.data.ImageDataset;
import picocli.CommandLine.Model.CommandSpec;

/** What {@code --resize} and a model's own default make of the images. */
final class ImageSize {

    /** An upper bound that catches slips of the keyboard; one image of that size is 16 MiB. */
    private static final int MAX_SIDE = 4096;

    private ImageSize() {}

    /** The side to which images are resized; empty if they stay as they are. */
    static OptionalInt side(@Nullable CommandSpec command, @Nullable Integer asked, ModelProvider model) {
        int side = asked == null ? model.defaults().resize() : checked(command, "--resize", asked, 1);
        return side == 0 ? OptionalInt.empty() : OptionalInt.of(side);
    }

    /** The side that an option names. */
    static int checked(@Nullable CommandSpec command, String option, int side, int least) {
        if (side < least || side > MAX_SIDE) {
            throw WrongUse.of(command, option + " is " + side + ", expected " + least + " to " + MAX_SIDE);
        }
        return side;
    }

    /** The images at that size. */
    static ImageDataset resize(ImageDataset images, OptionalInt side) {
        return side.isPresent() ? images.resize(side.getAsInt(), side.getAsInt()) : images;
    }

    /** The shape of a batch of input images. */
    static int[] batch(@Nullable CommandSpec command, @Nullable Integer asked, ModelProvider model, int size) {
        int[] input = model.inputShape();
        OptionalInt side = side(command, asked, model);
        return new int[] {size, input[0], side.orElse(input[1]), side.orElse(input[2])};
    }
}
