package org.skipjack.cli;

import java.awt.image.BufferedImage;
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
     * Reads it; of an animation the first picture.
     *
     * @throws NoPictureException if that does not work, whatever is in the file
     */
    BufferedImage read() throws NoPictureException {
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

    private BufferedImage read(ImageReader reader, ImageInputStream in) throws IOException, NoPictureException {
        reader.setInput(in, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MAX_PIXELS) {
            throw new NoPictureException(
                    path,
                    reader.getWidth(0) + "x" + reader.getHeight(0) + " pixels, expected at most " + MAX_PIXELS
                            + "; make it smaller");
        }
        return reader.read(0);
    }
}
