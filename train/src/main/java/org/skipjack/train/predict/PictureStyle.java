package org.skipjack.train.predict;

import java.util.Optional;

/** How the pictures of a data set were made, which pictures from elsewhere have to follow. */
public enum PictureStyle {

    /** The whole picture, scaled to the net's size, colours as they are. */
    PLAIN(0, 0, false),

    /**
     * Fashion-MNIST: grey, light on black; the article trimmed, its longer side fitted to 28, in the middle. As in section 2 of
     * Xiao et al. 2017, but for the sharpening.
     */
    FASHION_MNIST(28, 28, false),

    /** MNIST: grey, light on black; the digit fitted into 20x20, its centre of mass in the middle of 28x28. */
    MNIST(28, 20, true);

    private final int side;
    private final int box;
    private final boolean byMass;

    PictureStyle(int side, int box, boolean byMass) {
        this.side = side;
        this.box = box;
        this.byMass = byMass;
    }

    /** The style of the data set of that name, {@code fashion-mnist}; the plain one if it is not known. */
    public static PictureStyle of(Optional<String> dataset) {
        return switch (dataset.orElse("")) {
            case "fashion-mnist" -> FASHION_MNIST;
            case "mnist" -> MNIST;
            default -> PLAIN;
        };
    }

    /** Whether objects are light on a black ground. */
    boolean isLightOnDark() {
        return side > 0;
    }

    /** Side of a picture of the data set. */
    int side() {
        return side;
    }

    /** Side of the square that the object just fits into. */
    int box() {
        return box;
    }

    /** Whether the centre of mass is placed in the middle, not that of the object's bounds. */
    boolean byMass() {
        return byMass;
    }
}
