package org.skipjack.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import org.skipjack.train.safetensors.SafetensorsFile;

/** Core's fixture: what PyTorch computed in double precision from given weights and data. */
final class Trajectory {
    private static final SafetensorsFile FIXTURE =
            SafetensorsFile.read(Path.of("../core/src/test/resources/fixtures/lenet_bn_trajectory.safetensors"));
    private static final int BATCH = 32;

    private Trajectory() {}

    static float[] floats(String name) {
        return FIXTURE.floats(name);
    }

    /** Its first batch, its weights and a learning rate of 1. */
    static Problem problem() {
        int size = Net.LENET_BN.usualSize();
        int pixels = BATCH * size * size;
        long[] bytes = FIXTURE.longs("pixels");
        var images = new float[pixels];
        for (int i = 0; i < pixels; i++) {
            images[i] = bytes[i] / 255f;
        }
        int[] labels = Arrays.stream(FIXTURE.longs("labels"), 0, BATCH)
                .mapToInt(Math::toIntExact)
                .toArray();
        var state = new LinkedHashMap<String, float[]>();
        for (String name :
                Problem.random(Net.LENET_BN, Task.TRAINING, 1, size, 0).state().keySet()) {
            state.put(name, FIXTURE.floats(name));
        }
        return new Problem(Net.LENET_BN, Task.TRAINING, size, images, labels, state);
    }
}
