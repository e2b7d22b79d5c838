package org.skipjack.train;

import java.util.List;
import java.util.Random;
import org.skipjack.core.Device;
import org.skipjack.nn.BatchNorm1d;
import org.skipjack.nn.Flatten;
import org.skipjack.nn.Init;
import org.skipjack.nn.Linear;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sequential;
import org.skipjack.nn.Sigmoid;
import org.skipjack.train.data.ImageDataset;

/** A problem small enough for the reference backend: 4 x 4 noise, the class is the quadrant that is brighter. */
public final class Quadrants {

    static final int SIDE = 4;
    static final List<String> CLASSES = List.of("top left", "top right", "bottom left", "bottom right");

    private Quadrants() {}

    public static ImageDataset images(int size, long seed) {
        var random = new Random(seed);
        var pixels = new byte[size * SIDE * SIDE];
        var labels = new byte[size];
        for (int i = 0; i < size; i++) {
            int label = random.nextInt(CLASSES.size());
            labels[i] = (byte) label;
            for (int p = 0; p < SIDE * SIDE; p++) {
                int quadrant = p / SIDE / 2 * 2 + p % SIDE / 2;
                pixels[i * SIDE * SIDE + p] = (byte) (random.nextInt(100) + (quadrant == label ? 120 : 0));
            }
        }
        return ImageDataset.of(1, SIDE, SIDE, pixels, labels, CLASSES);
    }

    /** Two linear layers with batch norm between them, on the double-precision reference. */
    public static Module netWithBatchNorm() {
        return onReference(new Sequential(
                new Flatten(),
                new Linear(SIDE * SIDE, 8),
                new BatchNorm1d(8),
                new Sigmoid(),
                new Linear(8, CLASSES.size())));
    }

    static Module netWithoutBatchNorm() {
        return onReference(new Sequential(
                new Flatten(), new Linear(SIDE * SIDE, 8), new Sigmoid(), new Linear(8, CLASSES.size())));
    }

    private static Module onReference(Module net) {
        return net.reset(Init.generator(1)).to(Device.reference());
    }
}
