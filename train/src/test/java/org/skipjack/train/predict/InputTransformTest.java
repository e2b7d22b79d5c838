package org.skipjack.train.predict;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skipjack.train.exchange.InputTransform;
import org.skipjack.train.predict.PicturePreparation.Prepared;

/** Against {@code input-transform.txt}, made by {@code src/test/fixtures/input_transform.py} with torchvision. */
class InputTransformTest {

    /** A line of the fixture. */
    record Case(int width, int height, int channels, int resize, int crop, String sha256, float first, float last) {

        BufferedImage picture() {
            boolean grey = channels == 1;
            var picture = new BufferedImage(
                    width, height, grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    for (int c = 0; c < channels; c++) {
                        picture.getRaster().setSample(x, y, c, (x * (7 + c) + y * (13 - c) + x * y) % 256);
                    }
                }
            }
            return picture;
        }
    }

    static List<Case> cases() throws IOException {
        var stream = Objects.requireNonNull(InputTransformTest.class.getResourceAsStream("input-transform.txt"));
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII))) {
            return reader.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" "))
                    .map(field -> new Case(
                            Integer.parseInt(field[0]),
                            Integer.parseInt(field[1]),
                            Integer.parseInt(field[2]),
                            Integer.parseInt(field[3]),
                            Integer.parseInt(field[4]),
                            field[5],
                            Float.parseFloat(field[6]),
                            Float.parseFloat(field[7])))
                    .toList();
        }
    }

    private static PicturePreparation imageNet(int resize, int crop) {
        var transform = new InputTransform(
                OptionalInt.of(resize), InputTransform.IMAGENET.mean(), InputTransform.IMAGENET.std());
        return new PicturePreparation(PictureStyle.PLAIN, 3, crop, crop, transform);
    }

    private static String sha256(float[] values) throws Exception {
        var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    }

    /** No tolerance: resampling is in whole numbers, and the three float operations are rounded alike everywhere. */
    @ParameterizedTest
    @MethodSource("cases")
    void picturesAreResizedCroppedAndNormalisedAsByTorchvisionBitForBit(Case wanted) throws Exception {
        Prepared prepared = imageNet(wanted.resize(), wanted.crop()).prepare(wanted.picture());

        float[] pixels = prepared.pixels();
        assertThat(pixels).hasSize(3 * wanted.crop() * wanted.crop());
        assertThat(pixels[0]).isEqualTo(wanted.first());
        assertThat(pixels[pixels.length - 1]).isEqualTo(wanted.last());
        assertThat(sha256(pixels)).isEqualTo(wanted.sha256());
    }

    @Test
    void whatWasDoneIsSaid() {
        var photo = new BufferedImage(640, 480, BufferedImage.TYPE_3BYTE_BGR);
        photo.setRGB(1, 1, 0xFF0000);
        var grey = new BufferedImage(224, 224, BufferedImage.TYPE_BYTE_GRAY);

        assertThat(imageNet(256, 224).prepare(photo).description())
                .isEqualTo("640x480 colour: resized to 341x256, cropped to 224x224,"
                        + " normalised by mean 0.485, 0.456, 0.406 and std 0.229, 0.224, 0.225");
        assertThat(imageNet(224, 224).prepare(grey).description())
                .isEqualTo("224x224 grey: grey in all channels,"
                        + " normalised by mean 0.485, 0.456, 0.406 and std 0.229, 0.224, 0.225");
    }

    /** Resized it would have four thousand million pixels; only the middle is computed. */
    @Test
    void aLineOfPixelsNeedsNoMoreMemoryThanAPhoto() {
        var line = new BufferedImage(65_535, 1, BufferedImage.TYPE_BYTE_GRAY);
        line.getRaster().setSample(32_767, 0, 0, 255);

        Prepared prepared = imageNet(256, 224).prepare(line);

        assertThat(prepared.description()).contains("resized to 16776960x256, cropped to 224x224");
        // The light pixel in the middle, enlarged to more than the crop.
        assertThat(prepared.pixels()[112]).isGreaterThan(2);
        assertThat(new PicturePreparation(PictureStyle.PLAIN, 1, 8, 8, InputTransform.NONE)
                        .prepare(new BufferedImage(1, 65_535, BufferedImage.TYPE_BYTE_GRAY))
                        .pixels())
                .hasSize(64);
    }

    @Test
    void theStyleOfADataSetComesBeforeItsNormalisation() {
        var transform = new InputTransform(OptionalInt.empty(), List.of(0.25f), List.of(0.5f));
        var fashion = new PicturePreparation(PictureStyle.FASHION_MNIST, 1, 28, 28, transform);
        var dark = new BufferedImage(10, 10, BufferedImage.TYPE_BYTE_GRAY);
        dark.getRaster().setSample(5, 5, 0, 255);

        Prepared prepared = fashion.prepare(dark);

        assertThat(prepared.description())
                .isEqualTo("10x10 grey: trimmed to 1x1, fitted to 28x28, normalised by mean 0.25 and std 0.5");
        assertThat(prepared.pixels()).containsOnly(1.5f);
    }
}
