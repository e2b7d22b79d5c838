package org.skipjack.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skipjack.core.Device;
import org.skipjack.core.Evaluation;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.core.op.Window2d;

/** What every layer keeps to: shapes, names, state, modes, gradients. */
class LayerContractTest {
    /** A layer, an input that it takes, the shape that comes out, and the names of its saved state. */
    record Case(String name, Supplier<Module> make, Shape in, Shape out, List<String> state) {
        @Override
        public String toString() {
            return name;
        }

        Tensor input() {
            return TestData.normal(7, in.dims());
        }

        Module onReference() {
            return make.get().reset(Init.generator(3)).to(Device.reference());
        }
    }

    private static Case of(String name, Supplier<Module> make, int[] in, int[] out, String... state) {
        return new Case(name, make, Shape.of(in), Shape.of(out), List.of(state));
    }

    private static int[] dims(int... dims) {
        return dims;
    }

    static Stream<Case> layers() {
        String[] affine = {"weight", "bias"};
        String[] tracked = {"weight", "bias", "running_mean", "running_var", "num_batches_tracked"};
        return Stream.of(
                of("conv2d", () -> new Conv2d(2, 3, 3), dims(2, 2, 5, 6), dims(2, 3, 3, 4), affine),
                of(
                        "conv2d with every option",
                        () -> new Conv2d(
                                4,
                                6,
                                Conv2d.kernel(3, 2)
                                        .stride(2, 1)
                                        .padding(1, 2)
                                        .dilation(1, 2)
                                        .groups(2)
                                        .bias(false)),
                        dims(2, 4, 5, 4),
                        dims(2, 6, 3, 6),
                        "weight"),
                of("linear", () -> new Linear(5, 3), dims(4, 5), dims(4, 3), affine),
                of("linear of a vector", () -> new Linear(5, 3), dims(5), dims(3), affine),
                of("linear of rank 3", () -> new Linear(5, 3, false), dims(2, 4, 5), dims(2, 4, 3), "weight"),
                of("batchNorm1d", () -> new BatchNorm1d(3), dims(4, 3), dims(4, 3), tracked),
                of("batchNorm1d of rank 3", () -> new BatchNorm1d(3), dims(1, 3, 5), dims(1, 3, 5), tracked),
                of("batchNorm2d", () -> new BatchNorm2d(3), dims(2, 3, 2, 4), dims(2, 3, 2, 4), tracked),
                of(
                        "batchNorm2d, cumulative",
                        () -> new BatchNorm2d(
                                3, BatchNorm.options().cumulativeAverage().eps(1e-3f)),
                        dims(2, 3, 2, 4),
                        dims(2, 3, 2, 4),
                        tracked),
                of(
                        "batchNorm2d, not affine",
                        () -> new BatchNorm2d(3, BatchNorm.options().affine(false)),
                        dims(2, 3, 2, 4),
                        dims(2, 3, 2, 4),
                        "running_mean",
                        "running_var",
                        "num_batches_tracked"),
                of(
                        "batchNorm2d, not tracking",
                        () -> new BatchNorm2d(3, BatchNorm.options().trackRunningStats(false)),
                        dims(2, 3, 2, 4),
                        dims(2, 3, 2, 4),
                        affine),
                of("sigmoid", Sigmoid::new, dims(2, 3), dims(2, 3)),
                of("relu", Relu::new, dims(2, 3), dims(2, 3)),
                of("tanh", Tanh::new, dims(2, 3), dims(2, 3)),
                of("identity", Identity::new, dims(2, 3), dims(2, 3)),
                of("avgPool2d", () -> new AvgPool2d(2), dims(2, 3, 5, 6), dims(2, 3, 2, 3)),
                of("avgPool2d, padded", () -> new AvgPool2d(3, 2, 1), dims(1, 2, 5, 6), dims(1, 2, 3, 3)),
                of(
                        "avgPool2d, padding not counted",
                        () -> new AvgPool2d(new Window2d(3, 2, 1, 2, 1, 0), false),
                        dims(1, 2, 5, 6),
                        dims(1, 2, 5, 3)),
                of("maxPool2d", () -> new MaxPool2d(2), dims(2, 3, 5, 6), dims(2, 3, 2, 3)),
                of("maxPool2d, padded", () -> new MaxPool2d(3, 2, 1), dims(1, 2, 5, 6), dims(1, 2, 3, 3)),
                of("adaptiveAvgPool2d, dividing", () -> new AdaptiveAvgPool2d(1), dims(2, 3, 7, 5), dims(2, 3, 1, 1)),
                of("adaptiveAvgPool2d", () -> new AdaptiveAvgPool2d(3, 2), dims(2, 3, 7, 5), dims(2, 3, 3, 2)),
                of("flatten", Flatten::new, dims(2, 3, 4, 5), dims(2, 60)),
                of("flatten of some dimensions", () -> new Flatten(-3, 2), dims(2, 3, 4, 5), dims(2, 12, 5)),
                of("dropout", () -> new Dropout(0.3f), dims(4, 5), dims(4, 5)),
                of(
                        "sequential",
                        () -> new Sequential(
                                new Linear(5, 3, false), new Sequential(new BatchNorm1d(3), new Sigmoid())),
                        dims(4, 5),
                        dims(4, 3),
                        "0.weight",
                        "1.0.weight",
                        "1.0.bias",
                        "1.0.running_mean",
                        "1.0.running_var",
                        "1.0.num_batches_tracked"));
    }

    static Stream<Case> learningLayers() {
        return layers().filter(layer -> !layer.make().get().parameters().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("layers")
    void knowsItsOutputShapeBeforeAnythingIsComputed(Case layer) {
        Tensor y = layer.onReference().call(layer.input());
        assertThat(y.shape()).isEqualTo(layer.out());
        assertThat(TestData.values(y)).hasSize(layer.out().elements()).doesNotContain(Double.NaN);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void namesItsStateAsPyTorchDoes(Case layer) {
        Map<String, Variable> state = layer.make().get().stateDict();
        assertThat(state.keySet()).containsExactlyElementsOf(layer.state());
        state.forEach((name, variable) -> assertThat(variable.name()).isEqualTo(name));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void computesTheSameAfterItsStateIsLoadedIntoAnother(Case layer) {
        Module trained = layer.onReference();
        Evaluation.evaluate(List.of(loss(trained, layer.input())));
        Module other = layer.make().get().reset(Init.generator(99)).to(Device.reference());
        other.loadStateDict(trained.stateDict());
        assertThat(TestData.values(other.eval().call(layer.input())))
                .isEqualTo(TestData.values(trained.eval().call(layer.input())));
    }

    @ParameterizedTest
    @MethodSource("learningLayers")
    void changesEveryParameterAndRunningStatisticInATrainingStep(Case layer) {
        Module module = layer.onReference();
        Map<String, float[]> before = snapshot(module);
        new Sgd(module.parameters(), 0.1f).minimize(loss(module, layer.input()));
        module.stateDict()
                .forEach((name, variable) ->
                        assertThat(variable.toFloatArray()).as(name).isNotEqualTo(before.get(name)));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void changesNothingInEvaluation(Case layer) {
        Module module = layer.onReference();
        Map<String, float[]> before = snapshot(module);
        module.eval();
        loss(module, layer.input()).evaluate();
        snapshot(module).forEach((name, values) -> assertThat(values).as(name).isEqualTo(before.get(name)));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void hasTheGradientsOfItsCentralDifferences(Case layer) {
        Module module = layer.onReference();
        ModuleGradientCheck.check(module, layer.input()).orThrow();
        ModuleGradientCheck.check(module.eval(), layer.input()).orThrow();
    }

    @ParameterizedTest
    @MethodSource("learningLayers")
    void walksOnTheCpuAsInDoublePrecision(Case layer) {
        Module expected = layer.onReference();
        Module found = layer.onReference().to(Device.cpu());
        for (Module module : List.of(expected, found)) {
            new Sgd(module.parameters(), 0.1f).minimize(loss(module, layer.input()));
        }
        // Gradients of sums of at most 72 products of float32 values, times a rate of 0.1.
        found.variables()
                .forEach((name, variable) -> LayerFixturesTest.assertClose(
                        name,
                        LayerFixturesTest.widen(variable.toFloatArray()),
                        LayerFixturesTest.widen(expected.variables().get(name).toFloatArray()),
                        1e-6));
        double[] output = TestData.values(expected.eval().call(layer.input()));
        found.loadStateDict(expected.stateDict());
        float[] computed = found.eval().call(layer.input()).toFloatArray();
        LayerFixturesTest.assertClose("output", LayerFixturesTest.widen(computed), output, 1e-6);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void drawsTheSameBitsFromTheSameSeedOnly(Case layer) {
        Module first = layer.make().get().reset(Init.generator(5));
        Module second = layer.make().get().reset(Init.generator(5));
        Module other = layer.make().get().reset(Init.generator(6));
        assertThat(snapshot(second)).usingRecursiveComparison().isEqualTo(snapshot(first));
        boolean drawsWeights = layer.name().matches("(conv2d|linear|sequential).*");
        assertThat(Arrays.equals(firstWeight(first), firstWeight(other))).isEqualTo(!drawsWeights);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void movesAllItsVariablesToADevice(Case layer) {
        Device device = Device.reference();
        assertThat(layer.make().get().to(device).variables().values()).allMatch(v -> v.device() == device);
    }

    private static float[] firstWeight(Module module) {
        return module.parameters().stream()
                .findFirst()
                .map(Tensor::toFloatArray)
                .orElse(new float[0]);
    }

    private static Map<String, float[]> snapshot(Module module) {
        return module.variables().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().toFloatArray()));
    }

    /** Depends on every element of the output in its own way. */
    private static Tensor loss(Module module, Tensor x) {
        Tensor y = module.call(x);
        return y.mul(TestData.normal(11, y.shape().dims())).sum();
    }

    static Stream<Case> refusals() {
        return layers().filter(layer -> layer.name().matches("(conv2d|batchNorm|avgPool|maxPool|adaptive).*"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusesAnotherRankAndSaysWhere(Case layer) {
        var net = new Sequential(new Identity(), layer.make().get());
        assertThatThrownBy(() -> net.call(TestData.normal(1, 2, 2, 2, 2, 2)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageStartingWith("[")
                .hasMessageContaining("] at 1: ")
                .hasMessageContaining("[2, 2, 2, 2, 2]");
    }

    @ParameterizedTest
    @MethodSource("layers")
    void registersEveryParameterOnce(Case layer) {
        List<Parameter> parameters = layer.make().get().parameters();
        assertThat(parameters).doesNotHaveDuplicates();
        long elements = parameters.stream().mapToLong(p -> p.shape().elements()).sum();
        assertThat(layer.make().get().parameterCount()).isEqualTo(elements);
    }
}
