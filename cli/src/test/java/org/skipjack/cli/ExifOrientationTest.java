package org.skipjack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JPEG pictures as cameras write them, held in each of the eight ways. */
class ExifOrientationTest {

    /** Sizes of the picture as it was seen, in multiples of JPEG's units of 16 pixels, so that each colour fills its units. */
    private static final int WIDTH = 64;

    private static final int HEIGHT = 32;

    /** By quarter: upper left, upper right, lower left, lower right. */
    private static final int[] COLOURS = {0xE02020, 0x20E020, 0x2020E0, 0xE0E020};

    @TempDir
    Path folder;

    private static int colour(int x, int y) {
        return COLOURS[(x >= WIDTH / 2 ? 1 : 0) + (y >= HEIGHT / 2 ? 2 : 0)];
    }

    /**
     * The picture as a camera stores it, from the words of the specification: where the first row and the first column of what is
     * stored lie in what was seen.
     */
    private static BufferedImage stored(String firstRow, String firstColumn, int type) {
        boolean rowsStayRows = firstRow.equals("top") || firstRow.equals("bottom");
        int rows = rowsStayRows ? HEIGHT : WIDTH;
        int columns = rowsStayRows ? WIDTH : HEIGHT;
        var picture = new BufferedImage(columns, rows, type);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                int x = rowsStayRows ? from(firstColumn, c) : from(firstRow, r);
                int y = rowsStayRows ? from(firstRow, r) : from(firstColumn, c);
                picture.setRGB(c, r, colour(x, y));
            }
        }
        return picture;
    }

    /** Where the line lies that is so far from a side. */
    private static int from(String side, int distance) {
        return switch (side) {
            case "left", "top" -> distance;
            case "right" -> WIDTH - 1 - distance;
            default -> HEIGHT - 1 - distance;
        };
    }

    /** A JPEG file with an APP1 segment behind its first marker: EXIF with one entry, the orientation. */
    private static byte[] jpeg(BufferedImage picture, ByteOrder order, int orientation) throws IOException {
        var out = new ByteArrayOutputStream();
        ImageIO.write(picture, "jpg", out);
        byte[] plain = out.toByteArray();
        ByteBuffer tiff = ByteBuffer.allocate(26).order(order);
        tiff.put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII));
        tiff.putShort((short) 42).putInt(8).putShort((short) 1);
        // Tag 0x0112, type SHORT, one value, padded to four bytes; no further directory.
        tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
        tiff.putShort((short) 0).putInt(0);
        ByteBuffer all = ByteBuffer.allocate(plain.length + 10 + tiff.capacity());
        all.put(plain, 0, 2).putShort((short) 0xFFE1).putShort((short) (8 + tiff.capacity()));
        all.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII))
                .put(tiff.array())
                .put(plain, 2, plain.length - 2);
        return all.array();
    }

    private PictureFile.Upright read(byte[] jpeg) throws IOException, PictureFile.NoPictureException {
        return new PictureFile(Files.write(folder.resolve("photo.jpg"), jpeg)).read();
    }

    /**
     * JPEG changes a flat colour by a few levels, and blends neighbouring ones over a pixel; of the four, which are 192 levels apart,
     * the nearest is meant.
     */
    private static void assertUpright(BufferedImage found) {
        assertThat(found.getWidth()).isEqualTo(WIDTH);
        assertThat(found.getHeight()).isEqualTo(HEIGHT);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                boolean blended = Math.abs(x - WIDTH / 2 + 0.5) < 2 || Math.abs(y - HEIGHT / 2 + 0.5) < 2;
                if (blended) {
                    continue;
                }
                int difference = 0;
                for (int shift = 0; shift <= 16; shift += 8) {
                    int level = found.getRGB(x, y) >> shift & 0xFF;
                    difference = Math.max(difference, Math.abs(level - (colour(x, y) >> shift & 0xFF)));
                }
                assertThat(difference).as("at " + x + ", " + y).isLessThan(96);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, top, left, ''",
        "2, top, right, mirrored",
        "3, bottom, right, turned upside down",
        "4, bottom, left, flipped top to bottom",
        "5, left, top, mirrored and turned left",
        "6, right, top, turned right",
        "7, right, bottom, mirrored and turned right",
        "8, left, bottom, turned left"
    })
    void photosStandAsTheyWereSeenHoweverTheCameraWasHeld(
            int orientation, String firstRow, String firstColumn, String done) throws Exception {
        BufferedImage stored = stored(firstRow, firstColumn, BufferedImage.TYPE_3BYTE_BGR);
        for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
            PictureFile.Upright upright = read(jpeg(stored, order, orientation));

            assertUpright(upright.image());
            assertThat(upright.turned()).isEqualTo(done.isEmpty() ? "" : done + " by its EXIF orientation; ");
        }
    }

    @Test
    void greyPhotosStayGreyLevelForLevel() throws Exception {
        BufferedImage stored = stored("right", "top", BufferedImage.TYPE_BYTE_GRAY);

        BufferedImage asItIs = read(jpeg(stored, ByteOrder.BIG_ENDIAN, 1)).image();
        BufferedImage upright = read(jpeg(stored, ByteOrder.BIG_ENDIAN, 6)).image();

        assertThat(upright.getRaster().getNumBands()).isEqualTo(1);
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            int x = i % WIDTH;
            int y = i / WIDTH;
            assertThat(upright.getRaster().getSample(x, y, 0))
                    .isEqualTo(asItIs.getRaster().getSample(y, WIDTH - 1 - x, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 65535})
    void anOrientationThatIsNoneLeavesThePictureAsItIs(int orientation) throws Exception {
        BufferedImage stored = stored("top", "left", BufferedImage.TYPE_3BYTE_BGR);

        PictureFile.Upright upright = read(jpeg(stored, ByteOrder.BIG_ENDIAN, orientation));

        assertUpright(upright.image());
        assertThat(upright.turned()).isEmpty();
    }

    @Test
    void aDamagedExifPartDoesNotKeepThePictureFromBeingRead() throws Exception {
        byte[] whole = jpeg(stored("top", "left", BufferedImage.TYPE_3BYTE_BGR), ByteOrder.BIG_ENDIAN, 1);
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            byte[] damaged = whole.clone();
            for (int stroke = 0; stroke < 3; stroke++) {
                // The bytes of the TIFF structure within the segment.
                damaged[12 + random.nextInt(26)] = (byte) random.nextInt(256);
            }
            assertThat(read(damaged).image().getWidth()).isIn(WIDTH, HEIGHT);
        }
    }
}
