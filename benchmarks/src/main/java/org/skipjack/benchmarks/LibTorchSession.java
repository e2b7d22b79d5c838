package org.skipjack.benchmarks;

import static org.bytedeco.openblas.global.openblas.blas_set_num_threads;
import static org.bytedeco.pytorch.global.torch.cross_entropy;
import static org.bytedeco.pytorch.global.torch.set_num_threads;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A problem's net on LibTorch, on the CPU.
 *
 * <p>Native memory is freed at the end of each step, not when Java's collector finds the time. Peak memory is not told: all
 * of LibTorch's sides, and Skipjack, live in one process.
 */
@SuppressWarnings("try") // A scope acts by being open; nothing refers to it.
public final class LibTorchSession implements Bench.Session {
    private final LibTorchSetting setting;
    private final Problem problem;
    private final int threads;
    private final LibTorchNet net;
    private final SGD optimizer;
    private final Tensor images;
    private final Tensor labels;
    private final float[] logits;
    private float lossOfLastStep = Float.NaN;

    LibTorchSession(LibTorchSetting setting, Problem problem, int threads) {
        this.setting = setting;
        this.problem = problem;
        this.threads = threads;
        LibTorch.load();
        resume();
        try (var scope = new PointerScope()) {
            net = LibTorchNet.of(problem.net());
            net.module().train(problem.task() == Task.TRAINING);
            images = net.kept(
                    layout(Tensor.create(problem.images(), problem.batch(), 1, problem.size(), problem.size())));
            long[] classes = Arrays.stream(problem.labels()).asLongStream().toArray();
            labels = net.kept(Tensor.create(classes, problem.batch()));
            logits = new float[problem.batch() * Net.CLASSES];
            var parameters = net.module().parameters();
            for (long i = 0; i < parameters.size(); i++) {
                Tensor parameter = parameters.get(i);
                parameter.set_data(layout(parameter.data()));
            }
            optimizer =
                    net.kept(new SGD(parameters, new SGDOptions(problem.net().learningRate())));
        }
        restart();
    }

    private Tensor layout(Tensor tensor) {
        boolean reorder = setting.channelsLast() && tensor.dim() == 4;
        return reorder ? tensor.contiguous(MemoryFormat.ChannelsLast) : tensor;
    }

    /**
     * Copies parameters and running statistics in.
     *
     * @param state row-major values by PyTorch's names: {@code 0.weight}, {@code 1.running_mean}
     * @throws IllegalArgumentException if a name is missing or unknown, or a tensor has another number of elements
     */
    public void load(Map<String, float[]> state) {
        try (var scope = new PointerScope();
                var noGradient = new NoGradGuard()) {
            Map<String, Tensor> variables = variables();
            if (!variables.keySet().equals(state.keySet())) {
                throw new IllegalArgumentException("the state to load has tensors %s, the net has %s"
                        .formatted(new TreeSet<>(state.keySet()), new TreeSet<>(variables.keySet())));
            }
            variables.forEach((name, variable) -> {
                float[] values = Objects.requireNonNull(state.get(name), name);
                if (variable.numel() != values.length) {
                    throw new IllegalArgumentException("%s to load has %d elements, the net's has %d"
                            .formatted(name, values.length, variable.numel()));
                }
                variable.copy_(Tensor.create(values, shape(variable)));
            });
        }
    }

    /** A copy of parameters and running statistics, row-major, by PyTorch's names. */
    public Map<String, float[]> state() {
        var state = new LinkedHashMap<String, float[]>();
        try (var scope = new PointerScope()) {
            variables().forEach((name, variable) -> {
                var values = new float[(int) variable.numel()];
                variable.detach().contiguous().data_ptr_float().get(values);
                state.put(name, values);
            });
        }
        return state;
    }

    /** All floating-point variables; the counters {@code num_batches_tracked} have no part in training. */
    private Map<String, Tensor> variables() {
        var variables = new LinkedHashMap<String, Tensor>();
        collect(net.module().named_parameters(), variables);
        collect(net.module().named_buffers(), variables);
        return variables;
    }

    private static void collect(StringTensorDict named, Map<String, Tensor> variables) {
        for (long i = 0; i < named.size(); i++) {
            var item = named.get(i);
            if (item.value().scalar_type().intern() == ScalarType.Float) {
                variables.put(item.key().getString(), item.value());
            }
        }
    }

    private static long[] shape(Tensor tensor) {
        var shape = new long[(int) tensor.dim()];
        Arrays.setAll(shape, tensor::size);
        return shape;
    }

    @Override
    public void restart() {
        load(problem.state());
    }

    @Override
    public void resume() {
        set_num_threads(threads);
        blas_set_num_threads(setting.blasThreads() ? threads : 1);
    }

    @Override
    public void step() {
        switch (problem.task()) {
            case TRAINING -> train();
            case INFERENCE -> infer();
        }
    }

    private void train() {
        try (var scope = new PointerScope()) {
            optimizer.zero_grad();
            Tensor loss = cross_entropy(net.forward(images), labels);
            loss.backward();
            optimizer.step();
            lossOfLastStep = loss.item_float();
        }
    }

    private void infer() {
        try (var scope = new PointerScope();
                var noGradient = new InferenceMode()) {
            net.forward(images).contiguous().data_ptr_float().get(logits);
        }
    }

    @Override
    public float lossOfLastStep() {
        return problem.task() == Task.TRAINING ? lossOfLastStep : problem.loss(logits);
    }

    @Override
    public void close() {
        net.close();
    }
}
