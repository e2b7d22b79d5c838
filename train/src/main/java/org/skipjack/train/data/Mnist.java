package org.skipjack.train.data;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.skipjack.train.data.Publication.Split;

/**
 * MNIST: 60,000 training and 10,000 test images of handwritten digits, {@code [1, 28, 28]}, in ten classes.
 *
 * <p>No digest is pinned: a copy is checked by its structure alone (magic, dimensions, length, gzip checksums, labels),
 * and {@link #inspect} reports it as such. Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied
 * to document recognition", 1998.
 */
public final class Mnist {

    static final Publication PUBLICATION = Publication.likeMnist(
            "MNIST",
            "mnist",
            List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
            List.of(),
            List.of("mnist", "MNIST/raw"),
            // Copies kept for PyTorch and by CVDF: the publisher's own address is plain http.
            List.of(
                    URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"),
                    URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/")),
            null);

    private Mnist() {}

    /**
     * The training half: 60,000 images.
     *
     * @throws MalformedDataException if a file in the source's own folder is malformed
     * @throws DataUnavailableException if no place has it
     * @throws IOException if reading fails
     */
    public static ImageDataset train(DataSource source) throws IOException {
        return PublishedImages.load(PUBLICATION, Split.TRAIN, source);
    }

    /** The test half: 10,000 images; fails as {@link #train(DataSource)} does. */
    public static ImageDataset test(DataSource source) throws IOException {
        return PublishedImages.load(PUBLICATION, Split.TEST, source);
    }

    /**
     * Makes sure that all four files are at hand and well-formed, downloading them if need be.
     *
     * @return the folder that holds them
     * @throws IOException as {@link #train(DataSource)}
     */
    public static Path fetch(DataSource source) throws IOException {
        return PublishedImages.fetch(PUBLICATION, source);
    }

    /** Looks at each place without downloading anything. */
    public static DataSourceReport inspect(DataSource source) {
        return PublishedImages.inspect(PUBLICATION, source);
    }
}
