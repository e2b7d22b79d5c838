package org.skipjack.nn.models;

import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;
import org.skipjack.nn.Module;

/**
 * What a net of images says of a batch that does not fit: the layer that refuses it, and which images would do. Nothing is
 * looked at before a layer has refused, so a step that fits pays nothing.
 */
final class ImageCheck {
    /** Far beyond the smallest image of any net here: the five strides of a ResNet make it 33. */
    private static final int LARGEST_SIDE_TRIED = 256;

    private ImageCheck() {}

    /**
     * The net's expression, or a refusal with a remedy.
     *
     * @param net one whose first parameter is the weight of a convolution
     * @param x images {@code [N, C, H, W]}
     * @param forward the net's forward pass without this check
     */
    static Tensor forward(Module net, Tensor x, UnaryOperator<Tensor> forward) {
        try {
            return forward.apply(x);
        } catch (ShapeMismatchException e) {
            throw x.shape().rank() == 4 ? advise(e, net, x.shape(), forward) : e;
        }
    }

    private static ShapeMismatchException advise(
            ShapeMismatchException e, Module net, Shape images, UnaryOperator<Tensor> forward) {
        Shape weight = net.parameters().getFirst().shape();
        if (images.dim(1) != weight.dim(1)) {
            return refusal(
                    e,
                    "input has " + channels(images.dim(1)) + ", weight expects " + weight.dim(1) + "; input " + images
                            + ", weight " + weight + "; create the model for " + channels(images.dim(1))
                            + " or give it images of " + weight.dim(1));
        }
        OptionalInt side = IntStream.rangeClosed(1, LARGEST_SIDE_TRIED)
                .filter(s -> fits(forward, images.with(2, s).with(3, s)))
                .findFirst();
        if (side.isEmpty()) {
            return e;
        }
        String smallest = side.getAsInt() + "x" + side.getAsInt();
        boolean alone = images.dim(0) == 1 && fits(forward, images.with(0, 2));
        return refusal(
                e,
                "input " + images + " is too small for the model's strides"
                        + (alone ? ": a batch of 1 leaves training one value per channel here" : "")
                        + "; the smallest image that works is " + smallest
                        + (alone ? "; or give at least 2 images a batch, or call eval()" : ""));
    }

    private static boolean fits(UnaryOperator<Tensor> forward, Shape images) {
        try {
            return forward.apply(Tensor.full(0, images.dims())).shape().dim(0) == images.dim(0);
        } catch (ShapeMismatchException e) {
            return false;
        }
    }

    private static String channels(int count) {
        return count + (count == 1 ? " channel" : " channels");
    }

    /** Another wording of a refusal by the same layer. */
    private static ShapeMismatchException refusal(ShapeMismatchException e, String detail) {
        var worded = new ShapeMismatchException(e.op(), detail);
        return e.path().isEmpty() ? worded : worded.within(e.path());
    }
}
