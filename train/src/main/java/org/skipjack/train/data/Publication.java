package org.skipjack.train.data;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A published data set of images in four IDX files: what it is and where it can be had.
 *
 * @param title its name for people
 * @param folder its name for folders
 * @param classNames the classes, by label
 * @param trainImages the training images
 * @param trainLabels their labels
 * @param testImages the test images
 * @param testLabels their labels
 * @param subfolders where under a data folder the files may stand, besides directly in it
 * @param addresses the publisher's folders on the web, each ending in a slash, in order of trial
 * @param debianPackage the Debian package that installs it into {@code share/datasets/}, or null
 */
record Publication(
        String title,
        String folder,
        List<String> classNames,
        PublishedFile trainImages,
        PublishedFile trainLabels,
        PublishedFile testImages,
        PublishedFile testLabels,
        List<String> subfolders,
        List<URI> addresses,
        @Nullable String debianPackage) {

    private static final int SIDE = 28;

    /**
     * A data set with MNIST's layout: 60,000 and 10,000 images of 28 x 28, under MNIST's file names.
     *
     * @param digests the SHA-256 of the four decompressed files, or none
     */
    static Publication likeMnist(
            String title,
            String folder,
            List<String> classNames,
            List<String> digests,
            List<String> subfolders,
            List<URI> addresses,
            @Nullable String debianPackage) {
        return new Publication(
                title,
                folder,
                classNames,
                file("train-images-idx3-ubyte", digests, 0, 60_000, SIDE, SIDE),
                file("train-labels-idx1-ubyte", digests, 1, 60_000),
                file("t10k-images-idx3-ubyte", digests, 2, 10_000, SIDE, SIDE),
                file("t10k-labels-idx1-ubyte", digests, 3, 10_000),
                subfolders,
                addresses,
                debianPackage);
    }

    private static PublishedFile file(String name, List<String> digests, int index, int... dimensions) {
        String digest = digests.isEmpty() ? null : digests.get(index);
        return new PublishedFile(name, IdxSpec.exactly(ElementType.UNSIGNED_BYTE, dimensions), digest);
    }

    /** The two halves of the data set. */
    enum Split {
        TRAIN,
        TEST
    }

    /** The four files. */
    List<PublishedFile> files() {
        return List.of(trainImages, trainLabels, testImages, testLabels);
    }

    /** The images and the labels of one half, in this order. */
    List<PublishedFile> files(Split split) {
        return switch (split) {
            case TRAIN -> List.of(trainImages, trainLabels);
            case TEST -> List.of(testImages, testLabels);
        };
    }

    /** Whether a copy can be told from any other by its digests. */
    boolean pinned() {
        return files().stream().noneMatch(file -> file.sha256() == null);
    }
}
