package org.skipjack.train.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skipjack.train.exchange.InputTransform;
import org.skipjack.train.predict.PicturePreparation.Inversion;
import org.skipjack.train.predict.PicturePreparation.Prepared;

/** What becomes of pictures of all kinds. */
class PicturePreparationTest {

    private static final int SIDE = 28;
    private static final PicturePreparation FASHION =
            new PicturePreparation(PictureStyle.FASHION_MNIST, 1, SIDE, SIDE, InputTransform.NONE);

    /** A rectangle on a ground. */
    private static BufferedImage picture(int type, int width, int height, Color ground, Color object, int[] bounds) {
        var picture = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean inside =
                        x >= bounds[0] && x < bounds[0] + bounds[2] && y >= bounds[1] && y < bounds[1] + bounds[3];
                picture.setRGB(x, y, (inside ? object : ground).getRGB());
            }
        }
        return picture;
    }

    private static float at(Prepared prepared, int x, int y) {
        return prepared.pixels()[y * SIDE + x];
    }

    @Test
    void aGreyPictureOfTheDataSetsSizeIsTakenAsItIsLevelForLevel() {
        var picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 256; i++) {
            picture.getRaster().setSample(2 + i % 20, 2 + i / 20, 0, i);
        }

        Prepared prepared = FASHION.prepare(picture);

        assertThat(prepared.description()).isEqualTo("28x28 grey: taken as it is");
        for (int i = 0; i < 256; i++) {
            assertThat(at(prepared, 2 + i % 20, 2 + i / 20)).isEqualTo(i / 255f);
        }
    }

    @Test
    void aDarkObjectOnAWhiteGroundIsInvertedTrimmedAndFitted() {
        var picture = picture(
                BufferedImage.TYPE_INT_RGB, 200, 100, Color.WHITE, new Color(20, 10, 10), new int[] {100, 30, 20, 40});

        Prepared prepared = FASHION.prepare(picture);

        assertThat(prepared.description())
                .isEqualTo("200x100 colour: made grey, inverted (light ground), trimmed to 20x40, fitted to 28x28");
        // (20 * 19595 + 10 * 38470 + 10 * 7471 + 32768) / 65536 = 13; 20 x 40 becomes 14 x 28, 7 columns from the left.
        assertThat(at(prepared, 14, 14)).isEqualTo((255 - 13) / 255f);
        assertThat(at(prepared, 7, 0)).isEqualTo((255 - 13) / 255f);
        assertThat(at(prepared, 20, 27)).isEqualTo((255 - 13) / 255f);
        assertThat(at(prepared, 6, 14)).isZero();
        assertThat(at(prepared, 21, 14)).isZero();
    }

    @Test
    void aGreyishGroundBecomesBlack() {
        var picture = picture(
                BufferedImage.TYPE_INT_RGB, 56, 56, new Color(215, 215, 215), Color.BLACK, new int[] {0, 14, 56, 28});

        Prepared prepared = FASHION.prepare(picture);

        assertThat(at(prepared, 14, 14)).isEqualTo(1);
        assertThat(at(prepared, 14, 2)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"AUTO, 1, 0", "YES, 1, 0", "NO, 0, 1"})
    void inversionCanBeForced(Inversion inversion, float object, float ground) {
        var picture =
                picture(BufferedImage.TYPE_BYTE_GRAY, SIDE, SIDE, Color.WHITE, Color.BLACK, new int[] {10, 10, 8, 8});

        Prepared prepared = FASHION.prepare(picture, inversion);

        assertThat(at(prepared, 14, 14)).isEqualTo(object);
        assertThat(at(prepared, 0, 0)).isEqualTo(ground);
    }

    @Test
    void whatIsTransparentIsWhite() {
        var picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB);
        picture.setRGB(3, 3, 0xFF000000);

        Prepared prepared = FASHION.prepare(picture);

        assertThat(prepared.description()).isEqualTo("28x28 grey: inverted (light ground)");
        assertThat(at(prepared, 3, 3)).isEqualTo(1);
        assertThat(at(prepared, 4, 3)).isZero();
    }

    @Test
    void aDigitIsPlacedByItsCentreOfMass() {
        var mnist = new PicturePreparation(PictureStyle.MNIST, 1, SIDE, SIDE, InputTransform.NONE);
        // Heavy on the left: a bar of full height and a line to the right of it.
        var picture = new BufferedImage(40, 40, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < 40; y++) {
            for (int x = 0; x < 40; x++) {
                boolean inside = y >= 4 && y < 36 && x >= 4 && (x < 12 || (y >= 12 && y < 28 && x < 36));
                picture.getRaster().setSample(x, y, 0, inside ? 255 : 0);
            }
        }

        Prepared prepared = mnist.prepare(picture);

        double sum = 0;
        double sumX = 0;
        for (int i = 0; i < SIDE * SIDE; i++) {
            sum += prepared.pixels()[i];
            sumX += (i % SIDE + 0.5) * prepared.pixels()[i];
        }
        assertThat(sumX / sum).isBetween(13.5, 14.5);
    }

    @Test
    void aNetForColourGetsThreePlanesOfItsSize() {
        var plain = new PicturePreparation(PictureStyle.PLAIN, 3, 8, 16, InputTransform.NONE);
        var picture = picture(
                BufferedImage.TYPE_3BYTE_BGR, 32, 16, new Color(255, 0, 51), Color.BLACK, new int[] {0, 0, 0, 0});

        Prepared prepared = plain.prepare(picture);

        assertThat(prepared.description()).isEqualTo("32x16 colour: resized to 16x8");
        assertThat(prepared.pixels()).hasSize(3 * 8 * 16);
        assertThat(prepared.pixels()[0]).isEqualTo(1);
        assertThat(prepared.pixels()[128]).isZero();
        assertThat(prepared.pixels()[256]).isEqualTo(0.2f);
        assertThatThrownBy(() -> new PicturePreparation(PictureStyle.PLAIN, 2, 8, 8, InputTransform.NONE))
                .hasMessageContaining("the net takes 2 channels");
    }

    @Test
    void sixteenBitsAndPalettesAndEmptyPicturesWork() {
        var deep = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster().setSample(5, 5, 0, 65535);
        deep.getRaster().setSample(6, 5, 0, 32768);
        assertThat(at(FASHION.prepare(deep), 5, 5)).isEqualTo(1);
        assertThat(at(FASHION.prepare(deep), 6, 5)).isEqualTo(128 / 255f);
        var binary = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_BINARY);
        binary.setRGB(5, 5, 0xFFFFFFFF);
        assertThat(at(FASHION.prepare(binary), 5, 5)).isEqualTo(1);
        var dot = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        assertThat(FASHION.prepare(dot).pixels()).containsOnly(0);
        var line = new BufferedImage(3000, 1, BufferedImage.TYPE_INT_RGB);
        assertThat(FASHION.prepare(line, Inversion.YES).pixels()).hasSize(SIDE * SIDE);
    }
}
