package org.skipjack.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDatasetTest {

    private static final List<String> CLASSES = List.of("a", "b", "c");

    @TempDir
    private Path folder;

    private ImageDataset read(byte[] images, byte[] labels) throws IOException {
        Files.write(folder.resolve("images"), images);
        Files.write(folder.resolve("labels"), labels);
        return ImageDataset.readIdx(folder.resolve("images"), folder.resolve("labels"), CLASSES);
    }

    @Test
    void readsAPairOfIdxFiles() throws IOException {
        var dataset = read(IdxBytes.images(3, 2, 2, 250), IdxBytes.gzip(IdxBytes.labels(2, 0, 1)));
        assertThat(dataset.size()).isEqualTo(3);
        assertThat(dataset.exampleShape()).containsExactly(1, 2, 2);
        assertThat(dataset.classes()).isEqualTo(3);
        assertThat(dataset.label(0)).isEqualTo(2);
        var pixels = new float[4];
        dataset.copyExample(0, pixels, 0);
        assertThat(pixels).containsExactly(250 / 255f, 25 / 255f, 56 / 255f, 87 / 255f);
    }

    @Test
    void refusesALabelWithoutAClassNamingItsIndexAndValue() {
        assertThatThrownBy(() -> read(IdxBytes.images(3, 2, 2, 0), IdxBytes.labels(2, 3, 200)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage(folder.resolve("labels") + ": at byte 9: found label 3 for example 1, expected 0 to 2");
    }

    @Test
    void refusesCountsThatDiffer() {
        assertThatThrownBy(() -> read(IdxBytes.images(3, 2, 2, 0), IdxBytes.labels(2, 1)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage(folder.resolve("labels") + ": at byte 4: found 2 labels, expected 3, one for each image");
    }

    @Test
    void refusesArraysThatDoNotFitTogether() {
        assertThatThrownBy(() -> ImageDataset.of(1, 2, 2, new byte[7], new byte[2], CLASSES))
                .hasMessage("[ImageDataset] 7 bytes of pixels, expected 8 for 2 images of 1 x 2 x 2");
        assertThatThrownBy(() -> ImageDataset.of(1, 2, 2, new byte[8], new byte[] {0, -1}, CLASSES))
                .hasMessage("[ImageDataset] label 1 is 255, expected 0 to 2");
        assertThatThrownBy(() -> ImageDataset.of(1, 2, 2, new byte[0], new byte[0], CLASSES))
                .hasMessage("[ImageDataset] 0 images of 1 x 2 x 2, expected at least 1 of each");
    }

    @Test
    void refusesIndicesOutside() throws IOException {
        var dataset = read(IdxBytes.images(1, 2, 2, 0), IdxBytes.labels(0));
        assertThatThrownBy(() -> dataset.label(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> dataset.copyExample(-1, new float[4], 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> dataset.copyExample(0, new float[4], 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void hasADigestThatTellsContentsLabelsShapesAndResizingApart() {
        var pixels = new byte[16];
        var labels = new byte[] {0, 1};
        var dataset = ImageDataset.of(1, 2, 4, pixels, labels, CLASSES);
        assertThat(ImageDataset.of(1, 2, 4, pixels, labels, CLASSES).sha256()).isEqualTo(dataset.sha256());
        assertThat(ImageDataset.of(1, 4, 2, pixels, labels, CLASSES).sha256()).isNotEqualTo(dataset.sha256());
        assertThat(ImageDataset.of(1, 2, 4, pixels, new byte[] {1, 1}, CLASSES).sha256())
                .isNotEqualTo(dataset.sha256());
        assertThat(dataset.resize(4).sha256())
                .isNotEqualTo(dataset.sha256())
                .isNotEqualTo(dataset.resize(3).sha256());
        pixels[3] = 1;
        assertThat(ImageDataset.of(1, 2, 4, pixels, labels, CLASSES).sha256()).isNotEqualTo(dataset.sha256());
    }

    @Test
    void resizesByTheShorterSideKeepingTheProportionAsTorchvisionDoes() {
        var oblong = ImageDataset.of(1, 7, 31, new byte[217], new byte[1], CLASSES);
        assertThat(oblong.resize(10).exampleShape()).containsExactly(1, 10, 44); // 10 * 31 / 7 = 44.3
        var upright = ImageDataset.of(1, 31, 7, new byte[217], new byte[1], CLASSES);
        assertThat(upright.resize(10).exampleShape()).containsExactly(1, 44, 10);
        assertThat(upright.resize(31, 7)).isSameAs(upright);
    }

    @Test
    void refusesSizesThatAreNoSizes() {
        var dataset = ImageDataset.of(1, 2, 2, new byte[4], new byte[1], CLASSES);
        assertThatThrownBy(() -> dataset.resize(0)).hasMessageContaining("cannot resize to 0 x 0");
        assertThatThrownBy(() -> dataset.resize(50_000)).hasMessageContaining("less than 2^31 bytes an image");
    }
}
