package org.skipjack.examples;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.skipjack.core.Device;
import org.skipjack.kernels.Simd;
import org.skipjack.nn.Init;
import org.skipjack.nn.models.Models;
import org.skipjack.train.Trainer;
import org.skipjack.train.TrainingOptions;
import org.skipjack.train.data.ImageDataset;

/** Twenty steps on seeded noise and the digest of what they lead to; also as a program, for JVMs with other options. */
record SeededTraining(String model, int batchSize) {
    private static final int STEPS = 20;
    private static final int SIDE = 28;

    /** Both nets of the chapter, at a batch that fills whole blocks of lanes and at one that does not. */
    static List<SeededTraining> all() {
        return List.of(
                new SeededTraining("lenet-bn", 50),
                new SeededTraining("lenet-bn", 256),
                new SeededTraining("lenet-bn-scratch", 50),
                new SeededTraining("lenet-bn-scratch", 256));
    }

    /** Each net and each batch once, for JVMs that start cold. */
    static List<SeededTraining> some() {
        return List.of(new SeededTraining("lenet-bn", 256), new SeededTraining("lenet-bn-scratch", 50));
    }

    /** The width in bits and then a digest for each of {@link #some}. */
    static void main() {
        IO.println(Simd.BITS);
        some().forEach(training -> IO.println(training.sha256(2)));
    }

    /** SHA-256 of all weights and running statistics, in the order of the state dict. */
    String sha256(int threads) {
        var net = Models.find(model).create(1, 10, Init.generator(0)).to(Device.cpu(threads));
        try {
            // The last of the batches is a short one.
            new Trainer(net, TrainingOptions.of(1, batchSize, 1.0f))
                    .fit(noise(STEPS * batchSize - batchSize / 3, 1), noise(1, 2));
            var digest = MessageDigest.getInstance("SHA-256");
            net.stateDict().values().forEach(variable -> {
                float[] values = variable.toFloatArray();
                var bytes = ByteBuffer.allocate(Float.BYTES * values.length);
                bytes.asFloatBuffer().put(values);
                digest.update(bytes);
            });
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ImageDataset noise(int size, long seed) {
        var random = new SplittableRandom(seed);
        var pixels = new byte[size * SIDE * SIDE];
        random.nextBytes(pixels);
        var labels = new byte[size];
        for (int i = 0; i < size; i++) {
            labels[i] = (byte) random.nextInt(10);
        }
        var names = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
        return ImageDataset.of(1, SIDE, SIDE, pixels, labels, names);
    }
}
