package org.skipjack.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureFileTest {

    private static final int INPUTS = 400;

    @TempDir
    Path folder;

    private static byte[] picture(String format) throws IOException {
        var picture = new BufferedImage(24, 16, BufferedImage.TYPE_INT_RGB);
        var random = new Random(1);
        for (int i = 0; i < 24 * 16; i++) {
            picture.setRGB(i % 24, i / 24, random.nextInt(1 << 24));
        }
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(picture, format, bytes);
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
    void aDamagedPictureIsReadOrRefusedInOneLine(String format) throws IOException {
        byte[] whole = picture(format);
        Path file = folder.resolve("damaged." + format);
        int read = 0;
        for (int seed = 0; seed < INPUTS; seed++) {
            var random = new Random(seed);
            byte[] bytes = whole.clone();
            // Bytes at the front hold the sizes; half of the damage is there.
            int reach = random.nextBoolean() ? Math.min(64, bytes.length) : bytes.length;
            for (int stroke = 0; stroke <= random.nextInt(3); stroke++) {
                bytes[random.nextInt(reach)] = (byte) random.nextInt(256);
            }
            Files.write(file, bytes);
            try {
                assertThat(new PictureFile(file).read().image().getWidth()).isPositive();
                read++;
            } catch (PictureFile.NoPictureException e) {
                assertThat(e.getMessage()).startsWith(file + ": ").hasLineCount(1);
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    void aPictureOfMoreThan64MebipixelsIsRefusedBeforeItIsDecoded() throws IOException {
        byte[] bytes = picture("png");
        // Width and height stand at bytes 16 and 20, highest byte first.
        bytes[17] = 1;
        bytes[21] = 1;
        Path file = Files.write(folder.resolve("huge.png"), bytes);

        var refusal = catchThrowable(() -> new PictureFile(file).read());

        assertThat(refusal).hasMessageContaining("pixels, expected at most 67108864");
    }
}
