package org.skipjack.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skipjack.core.Device;
import org.skipjack.core.Gradients;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.core.backend.ReferenceBackend;
import org.skipjack.core.op.Window2d;

/**
 * Layers forward and backward against PyTorch, in double precision from the same floats.
 *
 * <p>Where PyTorch's result is in single precision, the norm of the difference may be 2e-6 of the norm, what PyTorch itself
 * loses in sums of up to ten thousand terms; where it is in double precision, 1e-12.
 */
class LayerFixturesTest {
    private static final double SINGLE = 2e-6;
    private static final double DOUBLE = 1e-12;

    private static final Fixtures CONV = Fixtures.load("ops_conv2d");
    private static final Fixtures LINEAR = Fixtures.load("ops_linear");
    private static final Fixtures NORM = Fixtures.load("ops_batchnorm");
    private static final Fixtures POOL = Fixtures.load("ops_pooling");
    private static final Fixtures ACTIVATION = Fixtures.load("ops_activations");
    private static final Fixtures LOSS = Fixtures.load("ops_cross_entropy");

    static Stream<String> convolutions() {
        return CONV.cases("x").stream();
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void convolvesAsPyTorch(String name) {
        int[] weight = CONV.tensor(name + "/weight").shape().dims();
        int[] stride = CONV.integers(name, "stride");
        int[] padding = CONV.integers(name, "padding");
        int[] dilation = CONV.integers(name, "dilation");
        var options = Conv2d.kernel(weight[2], weight[3])
                .stride(stride[0], stride[1])
                .padding(padding[0], padding[1])
                .dilation(dilation[0], dilation[1])
                .groups(CONV.integers(name, "groups")[0])
                .bias(CONV.contains(name + "/bias"));
        int in = weight[1] * options.groups();
        compare(CONV, name, new Conv2d(in, weight[0], options), "", SINGLE);
    }

    static Stream<String> linears() {
        return LINEAR.cases("x").stream();
    }

    @ParameterizedTest
    @MethodSource("linears")
    void mapsLinearlyAsPyTorch(String name) {
        int[] weight = LINEAR.tensor(name + "/weight").shape().dims();
        compare(LINEAR, name, new Linear(weight[1], weight[0], LINEAR.contains(name + "/bias")), "", SINGLE);
    }

    static Stream<String> norms() {
        return NORM.cases("x").stream();
    }

    @ParameterizedTest
    @MethodSource("norms")
    void normalisesAsPyTorchInBothModes(String name) {
        var options = BatchNorm.options()
                .eps(Float.parseFloat(NORM.argument(name, "eps")))
                .affine(flag(name, "affine"))
                .trackRunningStats(flag(name, "track_running_stats"));
        String momentum = NORM.argument(name, "momentum");
        options =
                momentum.equals("null") ? options.cumulativeAverage() : options.momentum(Double.parseDouble(momentum));
        int features = NORM.tensor(name + "/x").shape().dim(1);
        Module layer = NORM.argument(name, "op").endsWith("1d")
                ? new BatchNorm1d(features, options)
                : new BatchNorm2d(features, options);
        layer.train(flag(name, "train"));
        // Eps is a float here and a double there: 1e-8 of itself, up to 2e-8 of the result where the variance is small.
        compare(NORM, name, layer, "64", 5e-8);
        compareRunningStatistics(name, layer);
    }

    private static boolean flag(String name, String key) {
        return Boolean.parseBoolean(NORM.argument(name, key));
    }

    private static void compareRunningStatistics(String name, Module layer) {
        layer.to(Device.reference()).call(NORM.tensor(name + "/x")).evaluate();
        layer.stateDict().forEach((buffer, variable) -> {
            if (buffer.startsWith("running")) {
                // Stored as floats: half a unit in the last place of the value, and of each of the two constants.
                assertClose(
                        name + " " + buffer,
                        widen(variable.toFloatArray()),
                        NORM.values(name + "/" + buffer + "_after64"),
                        2e-7);
            } else if (buffer.equals("num_batches_tracked")) {
                assertThat((double) variable.item()).isEqualTo(NORM.values(name + "/" + buffer + "_after")[0]);
            }
        });
    }

    static Stream<String> pools() {
        return POOL.cases("x").stream();
    }

    @ParameterizedTest
    @MethodSource("pools")
    void poolsAsPyTorch(String name) {
        String op = POOL.argument(name, "op");
        Module layer;
        if (op.startsWith("adaptive")) {
            int[] size = POOL.integers(name, "output_size");
            layer = new AdaptiveAvgPool2d(size[0], size[1]);
        } else {
            int[] kernel = POOL.integers(name, "kernel_size");
            int[] stride = POOL.integers(name, "stride");
            int[] padding = POOL.integers(name, "padding");
            var window = new Window2d(kernel[0], kernel[1], stride[0], stride[1], padding[0], padding[1]);
            layer = op.startsWith("max")
                    ? new MaxPool2d(window)
                    : new AvgPool2d(window, Boolean.parseBoolean(POOL.argument(name, "count_include_pad")));
        }
        compare(POOL, name, layer, "", SINGLE);
    }

    static Stream<String> activations() {
        return ACTIVATION.cases("x").stream().filter(name -> !name.startsWith("log_softmax"));
    }

    @ParameterizedTest
    @MethodSource("activations")
    void activatesAsPyTorch(String name) {
        Module layer = switch (ACTIVATION.argument(name, "op")) {
            case "sigmoid" -> new Sigmoid();
            case "relu" -> new Relu();
            default -> new Tanh();
        };
        compare(ACTIVATION, name, layer, "64", DOUBLE);
    }

    static Stream<String> losses() {
        return LOSS.cases("x").stream();
    }

    @ParameterizedTest
    @MethodSource("losses")
    void losesAsPyTorch(String name) {
        var reduction = CrossEntropyLoss.Reduction.valueOf(
                LOSS.argument(name, "reduction").toUpperCase(Locale.ROOT));
        var loss = new CrossEntropyLoss()
                .reduction(reduction)
                .labelSmoothing(Float.parseFloat(LOSS.argument(name, "label_smoothing")))
                .ignoreIndex(LOSS.integers(name, "ignore_index")[0]);
        Tensor x = LOSS.tensor(name + "/x");
        Tensor y = loss.forward(x, LOSS.tensor(name + "/target"));
        Tensor gx = Gradients.of(y, LOSS.tensor(name + "/gy"), List.of(x)).getFirst();
        List<double[]> found = new ReferenceBackend().evaluate(List.of(y, gx));
        // The smoothing is a float here and a double there: 1.5e-8 of 0.1, on logits of up to 10 times the loss.
        assertClose(name + " y", found.get(0), LOSS.values(name + "/y64"), 5e-8);
        assertClose(name + " gx", found.get(1), LOSS.values(name + "/gx64"), 5e-8);
    }

    /** Output and all gradients of {@code Σ y gy}; {@code suffix} says in which precision PyTorch computed them. */
    private static void compare(Fixtures fixtures, String name, Module layer, String suffix, double tolerance) {
        var state = new TreeMap<String, Tensor>();
        layer.stateDict().keySet().forEach(key -> state.put(key, fixtures.tensor(name + "/" + key)));
        layer.loadStateDict(state);
        Tensor x = fixtures.tensor(name + "/x");
        Map<String, Variable> variables = layer.stateDict();
        var wrt = new ArrayList<Tensor>(List.of(x));
        var parts = new ArrayList<String>(List.of("y", "gx"));
        for (String parameter : List.of("weight", "bias")) {
            Variable variable = variables.get(parameter);
            if (variable != null) {
                wrt.add(variable);
                parts.add("g" + parameter);
            }
        }
        Tensor y = layer.call(x);
        var wanted = new ArrayList<Tensor>(List.of(y));
        wanted.addAll(Gradients.of(y, fixtures.tensor(name + "/gy"), wrt));
        List<double[]> found = new ReferenceBackend().evaluate(wanted);
        for (int i = 0; i < parts.size(); i++) {
            String part = parts.get(i) + suffix;
            assertClose(name + " " + part, found.get(i), fixtures.values(name + "/" + part), tolerance);
        }
    }

    /** Compares norms of difference and of the expected; below a norm of 1e-3 what is left is rounding, taken as it is. */
    static void assertClose(String what, double[] found, double[] expected, double tolerance) {
        assertThat(found).as(what).hasSameSizeAs(expected);
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < found.length; i++) {
            difference += (found[i] - expected[i]) * (found[i] - expected[i]);
            norm += expected[i] * expected[i];
        }
        assertThat(Math.sqrt(difference)).as(what).isLessThanOrEqualTo(tolerance * Math.max(1e-3, Math.sqrt(norm)));
    }

    static double[] widen(float[] floats) {
        var out = new double[floats.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = floats[i];
        }
        return out;
    }
}
