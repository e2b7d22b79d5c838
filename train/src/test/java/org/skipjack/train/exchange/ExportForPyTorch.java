package org.skipjack.train.exchange;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.skipjack.core.Tensor;
import org.skipjack.nn.CrossEntropyLoss;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sgd;
import org.skipjack.nn.models.Models;
import org.skipjack.train.safetensors.SafetensorsEntry;
import org.skipjack.train.safetensors.SafetensorsFile;

/**
 * Trains a net for three steps on noise and exports it, with images and logits in a second file: what {@code check_export.py}
 * among the fixtures' scripts loads into PyTorch.
 */
final class ExportForPyTorch {

    private ExportForPyTorch() {}

    /** Arguments: a folder, and for each net its name, channels and side. */
    public static void main(String[] args) {
        Path folder = Path.of(args[0]);
        for (int i = 1; i < args.length; i += 3) {
            int channels = Integer.parseInt(args[i + 1]);
            int side = Integer.parseInt(args[i + 2]);
            RandomGenerator random = Init.generator(7);
            Module net = Models.find(args[i]).create(channels, 10, random);
            int[] shape = {8, channels, side, side};
            var sgd = new Sgd(net.parameters(), 0.01f);
            var labels = Tensor.ofInts(new int[] {0, 1, 2, 3, 4, 5, 6, 7}, 8);
            for (int step = 0; step < 3; step++) {
                sgd.minimize(new CrossEntropyLoss()
                        .forward(net.call(Tensor.wrap(noise(shape, random), shape)), labels));
            }
            var stored = new StoredModel(args[i], net, channels, side, side, 10, Map.of());
            ExportFormat.find("safetensors").write(folder.resolve(args[i] + ".safetensors"), stored, false);
            float[] images = noise(shape, random);
            float[] logits = net.eval().call(Tensor.wrap(images, shape)).toFloatArray();
            SafetensorsFile.write(
                    folder.resolve(args[i] + ".logits.safetensors"),
                    List.of(
                            SafetensorsEntry.ofFloats("images", shape, images),
                            SafetensorsEntry.ofFloats("logits", new int[] {8, 10}, logits)),
                    new LinkedHashMap<>());
        }
    }

    private static float[] noise(int[] shape, RandomGenerator random) {
        var values = new float[shape[0] * shape[1] * shape[2] * shape[3]];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }
}
