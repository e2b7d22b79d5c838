package org.skipjack.train.predict;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.ArrayList;
import java.util.List;
import org.skipjack.train.data.PillowBilinear;
import org.skipjack.train.exchange.InputTransform;

/**
 * Makes a picture from anywhere look like those that a net was trained on, and says what it did.
 *
 * <p>For Fashion-MNIST and MNIST, see {@link PictureStyle}: colour becomes grey by ITU-R 601, as in Pillow ({@code (19595 R + 38470 G
 * + 7471 B + 32768) / 65536}); a picture whose edge is light (the median of its edge pixels is above 127) is inverted; unless it has
 * the data set's own size, the edge's level becomes black, what is within 5 % of it is trimmed, and the rest is scaled and placed.
 * Then, in any style, the model's {@link InputTransform} follows: the whole picture is scaled to the net's size, or its shorter side
 * to a length and the middle cut out, by {@link org.skipjack.train.data.PillowBilinear}; and levels are normalised. What is
 * transparent is taken as white. A {@link BufferedImage} is taken to be upright: it knows no EXIF orientation.
 */
public final class PicturePreparation {

    /** Whether light and dark are exchanged. */
    public enum Inversion {
        /** If the data set is light on dark and the picture's edge is light. */
        AUTO,
        /** In any case. */
        YES,
        /** In no case. */
        NO
    }

    /**
     * A picture as the net takes it.
     *
     * @param pixels {@code [channels, height, width]}, 0 to 1, then normalised if the net wants that
     * @param description what was done, {@code 640x480 colour: made grey, inverted, fitted to 28x28}
     */
    public record Prepared(float[] pixels, String description) {}

    private static final int MIDDLE = 127;
    private static final int WHITE = 255;
    private static final int COLOURS = 3;

    private final PictureStyle style;
    private final int channels;
    private final int height;
    private final int width;
    private final InputTransform transform;

    PicturePreparation(PictureStyle style, int channels, int height, int width, InputTransform transform) {
        if (channels != 1 && channels != COLOURS) {
            throw new IllegalArgumentException(
                    "[PicturePreparation] the net takes " + channels + " channels; pictures have 1 or 3");
        }
        this.style = channels == 1 ? style : PictureStyle.PLAIN;
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.transform = transform;
    }

    /** Prepares a picture, inverted if it has to be. */
    public Prepared prepare(BufferedImage picture) {
        return prepare(picture, Inversion.AUTO);
    }

    /** Prepares a picture. */
    public Prepared prepare(BufferedImage picture, Inversion inversion) {
        var done = new ArrayList<String>();
        List<Plane> planes = planes(picture);
        String kind = planes.size() == 1 ? "grey" : "colour";
        if (channels == 1 && planes.size() > 1) {
            planes = List.of(grey(planes));
            done.add("made grey");
        } else if (channels > planes.size()) {
            planes = List.of(planes.getFirst(), planes.getFirst(), planes.getFirst());
            done.add("grey in all channels");
        }
        boolean light = style.isLightOnDark() && planes.getFirst().ground() > MIDDLE;
        if (inversion == Inversion.YES || (inversion == Inversion.AUTO && light)) {
            planes = planes.stream().map(Plane::inverted).toList();
            done.add(light ? "inverted (light ground)" : "inverted");
        }
        if (style.isLightOnDark()) {
            planes = List.of(like(style, planes.getFirst(), done));
        }
        planes = ofNetsSize(planes, done);
        transform.normalization().ifPresent(done::add);
        String description = size(picture.getWidth(), picture.getHeight()) + " " + kind + ": "
                + (done.isEmpty() ? "taken as it is" : String.join(", ", done));
        return new Prepared(input(joined(planes)), description);
    }

    private static Plane like(PictureStyle style, Plane plane, List<String> done) {
        if (plane.width() == style.side() && plane.height() == style.side()) {
            return plane;
        }
        int ground = plane.ground();
        Plane clear = ground == 0 || ground == WHITE ? plane : plane.withGroundBlack(ground);
        Plane trimmed = clear.trimmed();
        if (trimmed.width() != clear.width() || trimmed.height() != clear.height()) {
            done.add("trimmed to " + size(trimmed.width(), trimmed.height()));
        }
        done.add("fitted to " + size(style.side(), style.side()));
        return trimmed.fitted(style.box()).onSquare(style.side(), style.byMass());
    }

    private static String size(int width, int height) {
        return width + "x" + height;
    }

    private List<Plane> ofNetsSize(List<Plane> planes, List<String> done) {
        Plane first = planes.getFirst();
        if (transform.shorterSide().isEmpty()) {
            if (first.width() != width || first.height() != height) {
                done.add("resized to " + size(width, height));
            }
            return planes.stream().map(plane -> plane.resized(width, height)).toList();
        }
        long side = transform.shorterSide().getAsInt();
        int shorter = Math.min(first.width(), first.height());
        int resizedWidth = Math.toIntExact(side * first.width() / shorter);
        int resizedHeight = Math.toIntExact(side * first.height() / shorter);
        if (shorter != side) {
            done.add("resized to " + size(resizedWidth, resizedHeight));
        }
        if (resizedWidth != width || resizedHeight != height) {
            done.add("cropped to " + size(width, height));
        }
        var resampler =
                PillowBilinear.centreCropped(first.height(), first.width(), resizedHeight, resizedWidth, height, width);
        return planes.stream()
                .map(plane -> new Plane(width, height, resampler.resize(plane.levels())))
                .toList();
    }

    /** The net's input of {@code [channels, height, width]} levels of 0 to 255. */
    float[] input(byte[] levels) {
        var input = new float[levels.length];
        for (int i = 0; i < input.length; i++) {
            input[i] = transform.normalized((levels[i] & 0xFF) / (float) WHITE, i / (height * width));
        }
        return input;
    }

    private static byte[] joined(List<Plane> planes) {
        int area = planes.getFirst().levels().length;
        var levels = new byte[planes.size() * area];
        for (int p = 0; p < planes.size(); p++) {
            System.arraycopy(planes.get(p).levels(), 0, levels, p * area, area);
        }
        return levels;
    }

    private static Plane grey(List<Plane> colours) {
        Plane red = colours.get(0);
        var levels = new byte[red.levels().length];
        for (int i = 0; i < levels.length; i++) {
            int r = red.levels()[i] & 0xFF;
            int g = colours.get(1).levels()[i] & 0xFF;
            int b = colours.get(2).levels()[i] & 0xFF;
            levels[i] = (byte) ((r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16);
        }
        return new Plane(red.width(), red.height(), levels);
    }

    private static List<Plane> planes(BufferedImage picture) {
        int bands = picture.getRaster().getNumBands();
        // Grey samples are taken as they are: getRGB holds them for linear light and would brighten them.
        return bands <= 2 && !(picture.getColorModel() instanceof IndexColorModel)
                ? List.of(greySamples(picture.getRaster(), bands))
                : colours(picture);
    }

    private static Plane greySamples(Raster raster, int bands) {
        int width = raster.getWidth();
        var levels = new byte[width * raster.getHeight()];
        double range = (1L << raster.getSampleModel().getSampleSize(0)) - 1;
        double opaque = bands == 1 ? 1 : (1L << raster.getSampleModel().getSampleSize(1)) - 1;
        for (int i = 0; i < levels.length; i++) {
            int x = raster.getMinX() + i % width;
            int y = raster.getMinY() + i / width;
            double level = raster.getSample(x, y, 0) / range * WHITE;
            double alpha = bands == 1 ? 1 : raster.getSample(x, y, 1) / opaque;
            levels[i] = (byte) Math.round(WHITE + alpha * (level - WHITE));
        }
        return new Plane(width, raster.getHeight(), levels);
    }

    /** Red, green and blue over white; one plane if they are equal everywhere. */
    private static List<Plane> colours(BufferedImage picture) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        var levels = new byte[COLOURS][width * height];
        var row = new int[width];
        boolean grey = true;
        for (int y = 0; y < height; y++) {
            picture.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int alpha = row[x] >>> 24;
                for (int c = 0; c < COLOURS; c++) {
                    int level = (row[x] >> (16 - 8 * c)) & 0xFF;
                    levels[c][y * width + x] = (byte) (WHITE - (WHITE - level) * alpha / WHITE);
                }
                grey &= levels[0][y * width + x] == levels[1][y * width + x]
                        && levels[0][y * width + x] == levels[2][y * width + x];
            }
        }
        Plane red = new Plane(width, height, levels[0]);
        return grey
                ? List.of(red)
                : List.of(red, new Plane(width, height, levels[1]), new Plane(width, height, levels[2]));
    }
}
