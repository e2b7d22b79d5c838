package org.skipjack.benchmarks;

import static org.bytedeco.openblas.global.openblas.blas_set_num_threads;
import static org.bytedeco.pytorch.global.torch.cross_entropy;
import static org.bytedeco.pytorch.global.torch.set_num_threads;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AvgPool2dImpl;
import org.bytedeco.pytorch.BatchNorm1dImpl;
import org.bytedeco.pytorch.BatchNorm2dImpl;
import org.bytedeco.pytorch.BatchNormOptions;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.FlattenImpl;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.SequentialImpl;
import org.bytedeco.pytorch.SigmoidImpl;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * LeNet with batch normalisation, trained by LibTorch on the CPU.
 *
 * <p>The layers stand in one native {@code Sequential}: a step crosses from Java to C++ five times, not once a layer.
 * Native memory is freed at the end of each step, not when Java's collector finds the time.
 */
@SuppressWarnings("try") // A scope acts by being open; nothing refers to it.
public final class LibTorchPeer implements TrainingBench.Session {
    private final LibTorchSetting setting;
    private final TrainingProblem problem;
    private final int threads;
    private final List<Pointer> kept = new ArrayList<>();
    private final SequentialImpl net;
    private final SGD optimizer;
    private final Tensor images;
    private final Tensor labels;
    private float lossOfLastStep = Float.NaN;

    LibTorchPeer(LibTorchSetting setting, TrainingProblem problem, int threads) {
        this.setting = setting;
        this.problem = problem;
        this.threads = threads;
        LibTorch.load();
        resume();
        try (var scope = new PointerScope()) {
            net = kept(new SequentialImpl());
            buildLenetBn();
            images = kept(layout(Tensor.create(
                    problem.images(), problem.batch(), 1, TrainingProblem.IMAGE_SIZE, TrainingProblem.IMAGE_SIZE)));
            long[] classes = Arrays.stream(problem.labels()).asLongStream().toArray();
            labels = kept(Tensor.create(classes, problem.batch()));
            var parameters = net.parameters();
            for (long i = 0; i < parameters.size(); i++) {
                Tensor parameter = parameters.get(i);
                parameter.set_data(layout(parameter.data()));
            }
            optimizer = kept(new SGD(parameters, new SGDOptions(problem.learningRate())));
        }
        restart();
    }

    /** The layers belong to this object: JavaCPP lends them to the {@code Sequential}, without a share in the ownership. */
    private void buildLenetBn() {
        net.push_back(kept(new Conv2dImpl(1, 6, square(5))));
        net.push_back(kept(new BatchNorm2dImpl(new BatchNormOptions(6))));
        net.push_back(kept(new SigmoidImpl()));
        net.push_back(kept(new AvgPool2dImpl(square(2))));
        net.push_back(kept(new Conv2dImpl(6, 16, square(5))));
        net.push_back(kept(new BatchNorm2dImpl(new BatchNormOptions(16))));
        net.push_back(kept(new SigmoidImpl()));
        net.push_back(kept(new AvgPool2dImpl(square(2))));
        net.push_back(kept(new FlattenImpl()));
        net.push_back(kept(new LinearImpl(256, 120)));
        net.push_back(kept(new BatchNorm1dImpl(new BatchNormOptions(120))));
        net.push_back(kept(new SigmoidImpl()));
        net.push_back(kept(new LinearImpl(120, 84)));
        net.push_back(kept(new BatchNorm1dImpl(new BatchNormOptions(84))));
        net.push_back(kept(new SigmoidImpl()));
        net.push_back(kept(new LinearImpl(84, 10)));
    }

    private static LongPointer square(long size) {
        return new LongPointer(size, size);
    }

    private Tensor layout(Tensor tensor) {
        boolean reorder = setting.channelsLast() && tensor.dim() == 4;
        return reorder ? tensor.contiguous(MemoryFormat.ChannelsLast) : tensor;
    }

    /** Keeps a native object beyond the scope that it was made in, until {@link #close}. */
    private <P extends Pointer> P kept(P pointer) {
        pointer.retainReference();
        kept.add(pointer);
        return pointer;
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
        collect(net.named_parameters(), variables);
        collect(net.named_buffers(), variables);
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
        try (var scope = new PointerScope()) {
            optimizer.zero_grad();
            Tensor loss = cross_entropy(net.forward(images), labels);
            loss.backward();
            optimizer.step();
            lossOfLastStep = loss.item_float();
        }
    }

    @Override
    public float lossOfLastStep() {
        return lossOfLastStep;
    }

    @Override
    public void close() {
        kept.reversed().forEach(Pointer::close);
        kept.clear();
    }
}
