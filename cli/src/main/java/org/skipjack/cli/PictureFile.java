package org.skipjack.cli;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** A picture on the disk, in a format that the JDK reads: PNG, JPEG, GIF, BMP, TIFF or WBMP. */
record PictureFile(Path path) {

    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "wbmp");

    /** Four bytes each make 256 MiB; a small file can claim to be as large as it likes. */
    private static final long MAX_PIXELS = 64L << 20;

    /** As in JPEG; a line of that many pixels and no height is no photo. */
    private static final int MAX_SIDE = (1 << 16) - 1;

    /**
     * A picture that stands upright.
     *
     * @param turned what had to be done for that, {@code turned right by its EXIF orientation; }, or empty
     */
    record Upright(BufferedImage image, String turned) {}

    /** A file that is no picture, in one line. */
    static final class NoPictureException extends Exception {

        private static final long serialVersionUID = 1L;

        NoPictureException(Path path, String message) {
            super((path + ": " + message).replaceAll("\\p{Cntrl}", "?"));
        }
    }

    /** The file itself, or the pictures in a folder, by name; hidden files and other endings are left out. */
    static List<PictureFile> at(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(new PictureFile(path));
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(PictureFile::looksLikeAPicture)
                    .sorted()
                    .map(PictureFile::new)
                    .toList();
        }
    }

    private static boolean looksLikeAPicture(Path file) {
        String name = String.valueOf(file.getFileName());
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && ENDINGS.contains(ending);
    }

    /**
     * Reads it, upright; of an animation the first picture.
     *
     * @throws NoPictureException if that does not work, whatever is in the file
     */
    Upright read() throws NoPictureException {
        if (!Files.exists(path)) {
            throw new NoPictureException(path, "no such file or folder");
        }
        // Opening a pipe would wait for a writer.
        if (!Files.isRegularFile(path)) {
            throw new NoPictureException(path, "not a regular file; give a picture or a folder of pictures");
        }
        try (ImageInputStream in = ImageIO.createImageInputStream(path.toFile())) {
            if (in == null) {
                throw new NoPictureException(path, "cannot be read; is permission missing?");
            }
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new NoPictureException(path, "no picture that is known here; give a PNG or JPEG");
            }
            ImageReader reader = readers.next();
            try {
                return read(reader, in);
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            // Decoders of damaged files also end in IndexOutOfBounds, NegativeArraySize and their like.
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new NoPictureException(path, "a damaged or unusual picture (" + reason + "); save it anew as PNG");
        }
    }

    private Upright read(ImageReader reader, ImageInputStream in) throws IOException, NoPictureException {
        reader.setInput(in, true, true);
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if ((long) width * height > MAX_PIXELS || Math.max(width, height) > MAX_SIDE) {
            throw new NoPictureException(
                    path,
                    width + "x" + height + " pixels, expected at most " + MAX_PIXELS + ", and " + MAX_SIDE
                            + " a side; make it smaller");
        }
        boolean jpeg = reader.getFormatName().equalsIgnoreCase("jpeg");
        if (jpeg && reader.getRawImageType(0) == null) {
            throw new NoPictureException(
                    path, "a JPEG in colours for print (CMYK), expected grey or RGB; save it as RGB");
        }
        BufferedImage picture = reader.read(0);
        int type = picture.getSampleModel().getDataType();
        if (type == DataBuffer.TYPE_FLOAT || type == DataBuffer.TYPE_DOUBLE) {
            throw new NoPictureException(path, "its levels are floats, expected 8 or 16 bits; save it anew as PNG");
        }
        ExifOrientation orientation = jpeg ? ExifOrientation.of(path) : ExifOrientation.UPRIGHT;
        return new Upright(
                orientation.upright(picture),
                orientation == ExifOrientation.UPRIGHT ? "" : orientation.done() + " by its EXIF orientation; ");
    }
}
