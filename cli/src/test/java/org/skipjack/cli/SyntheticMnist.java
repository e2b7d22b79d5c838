package org.skipjack.cli;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/**
 * Files of MNIST's sizes: image {@code i} is of class {@code i % 10} and has rows {@code 2 class .. 2 class + height} bright,
 * 8 rows unless another height is asked for.
 */
final class SyntheticMnist {

    private static final int SIDE = 28;
    private static final int CLASSES = 10;
    private static final int IMAGES_MAGIC = 0x803;
    private static final int LABELS_MAGIC = 0x801;

    private SyntheticMnist() {}

    static Path writeTo(Path folder) throws IOException {
        return writeTo(folder, 8);
    }

    static Path writeTo(Path folder, int height) throws IOException {
        Files.createDirectories(folder);
        write(folder, "train", 60_000, height);
        write(folder, "t10k", 10_000, height);
        return folder;
    }

    private static void write(Path folder, String half, int size, int height) throws IOException {
        var pixels = new byte[CLASSES][SIDE * SIDE];
        for (int c = 0; c < CLASSES; c++) {
            Arrays.fill(pixels[c], 2 * c * SIDE, (2 * c + height) * SIDE, (byte) 0xFF);
        }
        try (var images = gzip(folder.resolve(half + "-images-idx3-ubyte.gz"));
                var labels = gzip(folder.resolve(half + "-labels-idx1-ubyte.gz"))) {
            for (int header : new int[] {IMAGES_MAGIC, size, SIDE, SIDE}) {
                images.writeInt(header);
            }
            labels.writeInt(LABELS_MAGIC);
            labels.writeInt(size);
            for (int i = 0; i < size; i++) {
                images.write(pixels[i % CLASSES]);
                labels.write(i % CLASSES);
            }
        }
    }

    private static DataOutputStream gzip(Path file) throws IOException {
        return new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(file), 1 << 16));
    }
}
