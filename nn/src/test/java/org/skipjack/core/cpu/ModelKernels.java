package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.skipjack.core.Gradients;
import org.skipjack.core.Graph;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.MatMul;
import org.skipjack.kernels.ColdKernels;
import org.skipjack.kernels.GeneratedKernels;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.models.ModelProvider;
import org.skipjack.nn.models.Models;

/**
 * Has the kernels of all models generated, for training and for inference on 1 image and on 64, of the usual size and of those
 * of the tutorial and of ImageNet. Runs none of them.
 */
final class ModelKernels {
    /** Batches of more than 8 have the kernels of one of 64; this one plans faster. */
    private static final int TRAINING = 16;

    /** The layers of ResNet-50, more often; a second or two each to make. */
    private static final Set<String> LIKE_RESNET50 = Set.of("resnet101-tv", "resnet152-tv");

    private final Workers workers = new Workers(1);
    private final Set<List<Object>> layers = new HashSet<>();

    private ModelKernels() {}

    /** Prints how many there are, then those that are too large. */
    public static void main(String... arguments) {
        List<GeneratedKernels.Kernel> all = generate();
        System.out.println(all.size());
        all.stream().filter(kernel -> kernel.bytes() > GeneratedKernels.LARGEST).forEach(System.out::println);
    }

    /** All that this JVM has then. */
    static List<GeneratedKernels.Kernel> generate() {
        var kernels = new ModelKernels();
        for (ModelProvider model : Models.all()) {
            if (!LIKE_RESNET50.contains(model.name())) {
                int[] shape = model.inputShape();
                kernels.of(model, shape[0], shape[1]);
            }
        }
        for (String name : List.of("resnet18", "resnet50-tv")) {
            kernels.of(Models.find(name), 1, 96);
            kernels.of(Models.find(name), 3, 224);
        }
        return GeneratedKernels.all();
    }

    /** Nets that have only layers of earlier ones, as ResNet-34 those of ResNet-18, have no kernels of their own. */
    private void of(ModelProvider model, int channels, int size) {
        Module net = model.create(channels, 10, Init.generator(0));
        Tensor loss = net.call(images(TRAINING, channels, size)).mean();
        if (!isNew(loss)) {
            return;
        }
        var outputs = new ArrayList<>(List.of(loss));
        outputs.addAll(Gradients.of(loss, net.parameters()));
        plan(outputs);
        net.eval();
        plan(List.of(net.call(images(64, channels, size))));
        plan(List.of(net.call(images(1, channels, size))));
    }

    private boolean isNew(Tensor loss) {
        boolean found = false;
        for (Tensor node : Graph.of(List.of(loss), List.of()).nodes()) {
            if (node.op() instanceof Conv2d || node.op() instanceof MatMul) {
                var shapes = node.inputs().stream().map(Tensor::shape).toList();
                found |= layers.add(List.of(node.op(), shapes));
            }
        }
        return found;
    }

    private static Tensor images(int batch, int channels, int size) {
        return Tensor.wrap(new float[batch * channels * size * size], batch, channels, size, size);
    }

    private void plan(List<Tensor> outputs) {
        Graph graph = Graph.of(outputs, List.of());
        CpuPlan.lowered(graph, new Arena(Arena.BANK), new PreparedPlaces(), workers, CpuBackend.without());
        // Nobody else in this JVM is to compile them.
        ColdKernels.take();
    }
}
