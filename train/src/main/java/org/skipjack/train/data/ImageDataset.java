package org.skipjack.train.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Labelled 8-bit images of one size, held in memory as bytes, {@code [size, channels, height, width]}.
 *
 * <p>Bytes, not floats: Fashion-MNIST enlarged to 96 x 96 is 553 MB this way. Copying an example turns each byte into
 * {@code byte / 255} by a table, which costs far less than reading the floats from memory would. Immutable.
 */
public final class ImageDataset implements Dataset {

    private static final float[] UNIT_INTERVAL = unitInterval();

    /** Storage comes in pieces of about this size: no array of ours comes near the limit of 2^31 elements. */
    private static final int SLAB_BYTES = 1 << 24;

    private final int channels;
    private final int height;
    private final int width;
    private final byte[][] slabs;
    private final int examplesPerSlab;
    private final byte[] labels;
    private final List<String> classNames;
    private final String sha256;

    private ImageDataset(
            int channels,
            int height,
            int width,
            byte[][] slabs,
            int examplesPerSlab,
            byte[] labels,
            List<String> classNames,
            String sha256) {
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.slabs = slabs;
        this.examplesPerSlab = examplesPerSlab;
        this.labels = labels;
        this.classNames = classNames;
        this.sha256 = sha256;
    }

    /**
     * A data set of the caller's own images.
     *
     * @param channels 1 for grey, 3 for colour; each channel is a plane
     * @param height rows
     * @param width columns
     * @param pixels {@code [size, channels, height, width]} unsigned bytes; copied
     * @param labels one unsigned byte for each image; copied
     * @param classNames a name for each class, at most 256
     * @throws IllegalArgumentException if the sizes do not fit together or a label has no class
     */
    public static ImageDataset of(
            int channels, int height, int width, byte[] pixels, byte[] labels, List<String> classNames) {
        if (channels < 1 || height < 1 || width < 1 || labels.length < 1) {
            throw new IllegalArgumentException("[ImageDataset] %d images of %d x %d x %d, expected at least 1 of each"
                    .formatted(labels.length, channels, height, width));
        }
        long expected = (long) labels.length * channels * height * width;
        if (pixels.length != expected) {
            throw new IllegalArgumentException(
                    "[ImageDataset] %d bytes of pixels, expected %d for %d images of %d x %d x %d"
                            .formatted(pixels.length, expected, labels.length, channels, height, width));
        }
        int wrong = firstLabelOutside(labels, classNames.size());
        if (wrong >= 0) {
            throw new IllegalArgumentException("[ImageDataset] label %d is %d, expected 0 to %d"
                    .formatted(wrong, labels[wrong] & 0xFF, classNames.size() - 1));
        }
        var digest = Digests.sha256();
        digest.update(pixels);
        digest.update(labels);
        String identity = "images %d %d %d %d ".formatted(labels.length, channels, height, width)
                + HexFormat.of().formatHex(digest.digest());
        return wrap(channels, height, width, pixels.clone(), labels.clone(), classNames, Digests.sha256(identity));
    }

    /**
     * Reads grey images and their labels from a pair of IDX files, plain or gzip, as MNIST and its many relatives have
     * them: unsigned bytes of rank 3 (images, rows, columns) and of rank 1.
     *
     * @throws MalformedDataException if a file is malformed, the counts differ or a label has no class
     * @throws IOException if reading fails
     */
    public static ImageDataset readIdx(Path images, Path labels, List<String> classNames) throws IOException {
        var pixels = IdxFile.read(images, IdxSpec.ofRank(ElementType.UNSIGNED_BYTE, 3));
        return fromIdx(pixels, labels, IdxFile.read(labels, IdxSpec.ofRank(ElementType.UNSIGNED_BYTE, 1)), classNames);
    }

    /** Joins images and labels that were read; {@code labelsFile} is for messages. */
    static ImageDataset fromIdx(IdxFile images, Path labelsFile, IdxFile labels, List<String> classNames)
            throws MalformedDataException {
        int count = images.dimensions()[0];
        if (labels.dimensions()[0] != count) {
            throw MalformedDataException.at(
                    labelsFile, 4, labels.dimensions()[0] + " labels", count + ", one for each image");
        }
        int wrong = firstLabelOutside(labels.data(), classNames.size());
        if (wrong >= 0) {
            throw MalformedDataException.at(
                    labelsFile,
                    8L + wrong,
                    "label %d for example %d".formatted(labels.data()[wrong] & 0xFF, wrong),
                    "0 to " + (classNames.size() - 1));
        }
        String identity = Digests.sha256("idx " + images.sha256() + " " + labels.sha256());
        return wrap(
                1, images.dimensions()[1], images.dimensions()[2], images.data(), labels.data(), classNames, identity);
    }

    private static ImageDataset wrap(
            int channels, int height, int width, byte[] pixels, byte[] labels, List<String> classNames, String sha256) {
        byte[][] oneSlab = {pixels};
        return new ImageDataset(
                channels, height, width, oneSlab, labels.length, labels, List.copyOf(classNames), sha256);
    }

    /** The index of the first label that is not in {@code 0 .. classes - 1}, or -1. */
    private static int firstLabelOutside(byte[] labels, int classes) {
        for (int i = 0; i < labels.length; i++) {
            if ((labels[i] & 0xFF) >= classes) {
                return i;
            }
        }
        return -1;
    }

    private static float[] unitInterval() {
        var table = new float[256];
        for (int i = 0; i < table.length; i++) {
            table[i] = i / 255f;
        }
        return table;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public int[] exampleShape() {
        return new int[] {channels, height, width};
    }

    @Override
    public int classes() {
        return classNames.size();
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public int label(int index) {
        return labels[Objects.checkIndex(index, labels.length)] & 0xFF;
    }

    @Override
    public void copyExample(int index, float[] target, int offset) {
        Objects.checkIndex(index, labels.length);
        int bytes = bytesPerExample();
        Objects.checkFromIndexSize(offset, bytes, target.length);
        byte[] slab = slabs[index / examplesPerSlab];
        int from = index % examplesPerSlab * bytes;
        for (int i = 0; i < bytes; i++) {
            target[offset + i] = UNIT_INTERVAL[slab[from + i] & 0xFF];
        }
    }

    /** The bytes of one image, {@code [channels, height, width]}; a fresh array. */
    public byte[] image(int index) {
        Objects.checkIndex(index, labels.length);
        var image = new byte[bytesPerExample()];
        System.arraycopy(
                slabs[index / examplesPerSlab], index % examplesPerSlab * image.length, image, 0, image.length);
        return image;
    }

    @Override
    public String sha256() {
        return sha256;
    }

    /**
     * The same images with the shorter side {@code size} pixels long and the other in proportion, as torchvision's
     * {@code Resize(size)} does it.
     *
     * @throws IllegalArgumentException if {@code size} is not positive
     * @throws OutOfMemoryError if the heap may not grow to hold the result; the message says how much it needs
     */
    public ImageDataset resize(int size) {
        return height <= width
                ? resize(size, (int) ((long) size * width / height))
                : resize((int) ((long) size * height / width), size);
    }

    /**
     * The same images, {@code newHeight x newWidth}, resampled once, now and in parallel, by {@link PillowBilinear}.
     *
     * @throws IllegalArgumentException if a size is not positive or one image would pass 2^31 bytes
     * @throws OutOfMemoryError if the heap may not grow to hold the result; the message says how much it needs
     */
    public ImageDataset resize(int newHeight, int newWidth) {
        if (newHeight < 1 || newWidth < 1 || (long) channels * newHeight * newWidth > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("[ImageDataset] cannot resize to %d x %d: expected at least 1 x 1 and "
                            .formatted(newHeight, newWidth)
                    + "less than 2^31 bytes an image");
        }
        if (newHeight == height && newWidth == width) {
            return this;
        }
        var resampler = new PillowBilinear(height, width, newHeight, newWidth);
        int bytes = channels * newHeight * newWidth;
        int perSlab = Math.max(1, Math.min(size(), SLAB_BYTES / bytes));
        byte[][] resized = allocate(perSlab, bytes);
        IntStream.range(0, resized.length)
                .parallel()
                .forEach(slab -> resizeInto(resized[slab], slab * perSlab, resampler, newHeight * newWidth));
        String identity = "pillow-bilinear " + newHeight + " " + newWidth + " " + sha256;
        return new ImageDataset(
                channels, newHeight, newWidth, resized, perSlab, labels, classNames, Digests.sha256(identity));
    }

    private void resizeInto(byte[] target, int firstExample, PillowBilinear resampler, int newPlane) {
        var scratch = new PillowBilinear.Scratch(resampler);
        int plane = height * width;
        int planes = target.length / newPlane;
        for (int p = 0; p < planes; p++) {
            int example = firstExample + p / channels;
            int from = example % examplesPerSlab * bytesPerExample() + p % channels * plane;
            resampler.resize(slabs[example / examplesPerSlab], from, target, p * newPlane, scratch);
        }
    }

    private byte[][] allocate(int perSlab, int bytes) {
        var storage = new byte[Math.ceilDiv(size(), perSlab)][];
        try {
            for (int i = 0; i < storage.length; i++) {
                storage[i] = new byte[Math.min(perSlab, size() - i * perSlab) * bytes];
            }
            return storage;
        } catch (OutOfMemoryError e) {
            var clearer = new OutOfMemoryError(
                    "[ImageDataset] %d resized images need %d MiB, the heap may grow to %d MiB: raise -Xmx or resize less"
                            .formatted(
                                    size(),
                                    ((long) size() * bytes) >> 20,
                                    Runtime.getRuntime().maxMemory() >> 20));
            clearer.initCause(e);
            throw clearer;
        }
    }

    private int bytesPerExample() {
        return channels * height * width;
    }
}
