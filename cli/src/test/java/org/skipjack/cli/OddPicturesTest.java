package org.skipjack.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.awt.Point;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skipjack.nn.Init;
import org.skipjack.nn.models.LeNetBn;
import org.skipjack.train.run.Weights;

/** Pictures of rare kinds are classified, or refused in one clear line. */
class OddPicturesTest {

    @TempDir
    Path folder;

    private Path model;

    @BeforeEach
    void writeModel() {
        model = folder.resolve("model.safetensors");
        Weights.write(model, new LeNetBn(3, 10, Init.generator(5)), Map.of("model", "lenet-bn"));
    }

    private Path write(BufferedImage picture, String format) throws IOException {
        Path file = folder.resolve("picture." + format);
        assertThat(ImageIO.write(picture, format, file.toFile())).isTrue();
        return file;
    }

    /** What is said to have been done. */
    private String predict(Path picture) {
        var result = Cli.run("predict", picture.toString(), "--model", model.toString());
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.err()).isEmpty();
        return result.outLines().getLast().strip();
    }

    private static BufferedImage read(Path picture) throws PictureFile.NoPictureException {
        return new PictureFile(picture).read().image();
    }

    @Test
    void greyOfSixteenBits() throws Exception {
        var deep = new BufferedImage(28, 28, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster().setSample(3, 4, 0, 0xABCD);

        Path file = write(deep, "png");

        assertThat(read(file).getRaster().getSample(3, 4, 0)).isEqualTo(0xABCD);
        assertThat(predict(file)).isEqualTo("28x28 grey: grey in all channels");
    }

    @Test
    void aPaletteWithTransparency() throws Exception {
        byte[] red = {(byte) 255, 0};
        byte[] none = {0, 0};
        byte[] alpha = {(byte) 255, 0};
        var palette = new IndexColorModel(1, 2, red, none, none, alpha);
        var picture = new BufferedImage(32, 20, BufferedImage.TYPE_BYTE_BINARY, palette);
        picture.getRaster().setSample(5, 5, 0, 1);

        Path file = write(picture, "png");

        assertThat(read(file).getRGB(5, 5) >>> 24).isZero();
        assertThat(read(file).getRGB(6, 5)).isEqualTo(0xFFFF0000);
        assertThat(predict(file)).isEqualTo("32x20 colour: resized to 28x28");
    }

    @Test
    void aSinglePixel() throws Exception {
        assertThat(predict(write(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), "png")))
                .isEqualTo("1x1 grey: grey in all channels, resized to 28x28");
    }

    @Test
    void anAnimationsFirstPicture() throws Exception {
        Path file = folder.resolve("animation.gif");
        var writer = ImageIO.getImageWritersByFormatName("gif").next();
        try (var out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            for (int colour : new int[] {0xFF0000, 0x00FF00}) {
                var picture = new BufferedImage(30, 30, BufferedImage.TYPE_INT_RGB);
                for (int i = 0; i < 900; i++) {
                    picture.setRGB(i % 30, i / 30, colour);
                }
                writer.writeToSequence(new IIOImage(picture, null, null), null);
            }
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }

        assertThat(read(file).getRGB(15, 15)).isEqualTo(0xFFFF0000);
        assertThat(predict(file)).isEqualTo("30x30 colour: resized to 28x28");
    }

    @Test
    void coloursForPrintAreRefused() throws Exception {
        Path file = folder.resolve("print.jpg");
        WritableRaster cmyk = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 24, 16, 4, new Point());
        var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (var out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(cmyk, null, null), null);
        } finally {
            writer.dispose();
        }

        assertThat(catchThrowable(() -> read(file)))
                .hasMessage(file + ": a JPEG in colours for print (CMYK), expected grey or RGB; save it as RGB");
    }

    @Test
    void levelsThatAreFloatsAreRefused() throws Exception {
        Path file = folder.resolve("floats.tif");
        var colours = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_GRAY), false, false, Transparency.OPAQUE, DataBuffer.TYPE_FLOAT);
        WritableRaster floats = colours.createCompatibleWritableRaster(4, 4);
        assertThat(ImageIO.write(new BufferedImage(colours, floats, false, null), "tif", file.toFile()))
                .isTrue();

        assertThat(catchThrowable(() -> read(file)))
                .hasMessageContaining("its levels are floats, expected 8 or 16 bits");
    }

    @Test
    void aLineLongerThanAnyPhotoIsRefusedBeforeItIsDecoded() throws Exception {
        Path file = write(new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY), "bmp");
        byte[] bytes = Files.readAllBytes(file);
        // The width stands at byte 18, lowest byte first.
        bytes[20] = 1;
        Files.write(file, bytes);

        assertThat(catchThrowable(() -> read(file)))
                .hasMessage(file + ": 65537x1 pixels, expected at most 67108864, and 65535 a side; make it smaller");
    }
}
