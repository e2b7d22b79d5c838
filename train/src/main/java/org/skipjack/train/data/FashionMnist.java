package org.skipjack.train.data;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.skipjack.train.data.Publication.Split;

/**
 * Fashion-MNIST: 60,000 training and 10,000 test images of clothes, {@code [1, 28, 28]}, in ten classes.
 *
 * <p>Every copy is verified by the SHA-256 of its decompressed files, so that it does not matter where it comes from;
 * see {@link DataSource} for the places. H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a novel image dataset for
 * benchmarking machine learning algorithms", 2017. MIT licence.
 */
public final class FashionMnist {

    /** The classes, by label, named as the tutorial names them. */
    public static final List<String> CLASS_NAMES = List.of(
            "t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot");

    static final Publication PUBLICATION = Publication.likeMnist(
            "Fashion-MNIST",
            "fashion-mnist",
            CLASS_NAMES,
            List.of(
                    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
            List.of("fashion-mnist", "FashionMNIST/raw"),
            // The README links to the bucket's plain-http site and to the repository's folder data/fashion. Of the
            // former this is the same bucket's https address.
            List.of(
                    URI.create("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
                    URI.create("https://fashion-mnist.s3.eu-central-1.amazonaws.com/")),
            "dataset-fashion-mnist");

    private FashionMnist() {}

    /** The training half, from {@link DataSource#standard()}. */
    public static ImageDataset train() throws IOException {
        return train(DataSource.standard());
    }

    /**
     * The training half: 60,000 images.
     *
     * @throws MalformedDataException if a file in the source's own folder is not the published one
     * @throws DataUnavailableException if no place has it
     * @throws IOException if reading fails
     */
    public static ImageDataset train(DataSource source) throws IOException {
        return PublishedImages.load(PUBLICATION, Split.TRAIN, source);
    }

    /** The test half, from {@link DataSource#standard()}. */
    public static ImageDataset test() throws IOException {
        return test(DataSource.standard());
    }

    /** The test half: 10,000 images; fails as {@link #train(DataSource)} does. */
    public static ImageDataset test(DataSource source) throws IOException {
        return PublishedImages.load(PUBLICATION, Split.TEST, source);
    }

    /**
     * Makes sure that all four files are at hand and intact, downloading them if need be.
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
