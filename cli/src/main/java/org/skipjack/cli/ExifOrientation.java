package org.skipjack.cli;

import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.jpeg.JpegProcessingException;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How a camera was held, by the tag {@code Orientation} of EXIF 2.32 (section 4.6.4): where the picture's first row and first column
 * belong. In the order of the tag's values, from 1.
 */
enum ExifOrientation {
    UPRIGHT(false, false, false, ""),
    MIRRORED(false, true, false, "mirrored"),
    UPSIDE_DOWN(false, true, true, "turned upside down"),
    FLIPPED(false, false, true, "flipped top to bottom"),
    TRANSPOSED(true, false, false, "mirrored and turned left"),
    TURN_RIGHT(true, true, false, "turned right"),
    TRANSVERSED(true, true, true, "mirrored and turned right"),
    TURN_LEFT(true, false, true, "turned left");

    private final boolean swapped;
    private final boolean fromRight;
    private final boolean fromBottom;
    private final String done;

    /**
     * A way to go through the picture.
     *
     * @param swapped whether its rows become columns
     * @param fromRight whether then the columns are put in reverse
     * @param fromBottom whether then the rows are put in reverse
     */
    ExifOrientation(boolean swapped, boolean fromRight, boolean fromBottom, String done) {
        this.swapped = swapped;
        this.fromRight = fromRight;
        this.fromBottom = fromBottom;
        this.done = done;
    }

    /** That of a JPEG file; upright if it has none, or its EXIF part is damaged. */
    static ExifOrientation of(Path jpeg) throws IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(jpeg))) {
            var exif = JpegMetadataReader.readMetadata(in, List.of(new ExifReader()))
                    .getFirstDirectoryOfType(ExifIFD0Directory.class);
            Integer value = exif == null ? null : exif.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
            return value == null || value < 1 || value > values().length ? UPRIGHT : values()[value - 1];
        } catch (JpegProcessingException | RuntimeException e) {
            // The picture itself may be whole.
            return UPRIGHT;
        }
    }

    /** What {@link #upright} does, in words; empty if nothing. */
    String done() {
        return done;
    }

    /** The picture as it was seen; of the same kind. */
    BufferedImage upright(BufferedImage picture) {
        if (this == UPRIGHT) {
            return picture;
        }
        int width = swapped ? picture.getHeight() : picture.getWidth();
        int height = swapped ? picture.getWidth() : picture.getHeight();
        Raster from = picture.getRaster();
        WritableRaster to = from.createCompatibleWritableRaster(width, height);
        Object pixel = null;
        for (int y = 0; y < height; y++) {
            int row = fromBottom ? height - 1 - y : y;
            for (int x = 0; x < width; x++) {
                int column = fromRight ? width - 1 - x : x;
                pixel = swapped ? from.getDataElements(row, column, pixel) : from.getDataElements(column, row, pixel);
                to.setDataElements(x, y, pixel);
            }
        }
        return new BufferedImage(picture.getColorModel(), to, picture.isAlphaPremultiplied(), null);
    }
}
