package org.skipjack.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skipjack.train.data.DataSourceReport.State;

/** On black images of the right number and size: no digest is known for MNIST, so they pass. */
class MnistTest {

    @TempDir
    private Path folder;

    private void write(String name, int count, int labels) throws IOException {
        byte[] images = IdxBytes.file(IdxBytes.IMAGES_MAGIC, new int[] {count, 28, 28}, new byte[count * 784]);
        var digits = new byte[labels];
        for (int i = 0; i < labels; i++) {
            digits[i] = (byte) (i % 10);
        }
        Files.write(folder.resolve(name + "-images-idx3-ubyte.gz"), IdxBytes.gzip(images));
        Files.write(
                folder.resolve(name + "-labels-idx1-ubyte"),
                IdxBytes.file(IdxBytes.LABELS_MAGIC, new int[] {labels}, digits));
    }

    @Test
    void isCheckedByItsStructureAndReportedAsNoMoreThanWellFormed() throws IOException {
        write("train", 60_000, 60_000);
        write("t10k", 10_000, 10_000);
        var source = DataSource.standard().offline().withFolder(folder);
        assertThat(Mnist.train(source).size()).isEqualTo(60_000);
        assertThat(Mnist.test(source).classNames().get(7)).isEqualTo("7");
        assertThat(Mnist.inspect(source).places())
                .singleElement()
                .extracting(DataSourceReport.Place::state)
                .isEqualTo(State.WELL_FORMED);
    }

    @Test
    void refusesAnotherNumberOfImages() throws IOException {
        write("t10k", 9_999, 10_000);
        var source = DataSource.standard().offline().withFolder(folder);
        assertThatThrownBy(() -> Mnist.test(source))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageEndingWith("at byte 4: found dimension 0 of 9999, expected 10000");
    }
}
