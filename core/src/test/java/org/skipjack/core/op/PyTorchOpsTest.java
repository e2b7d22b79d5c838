package org.skipjack.core.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skipjack.core.Fixtures;
import org.skipjack.core.Gradients;
import org.skipjack.core.Tensor;
import org.skipjack.core.backend.ReferenceBackend;

/** The definitions and gradient rules against what PyTorch computed for the same operands. */
class PyTorchOpsTest {
    /**
     * PyTorch's doubles. Epsilon is the nearest float here, 2.5e-8 off the double there; the gradient of two values per
     * channel is proportional to it.
     */
    private static final double DOUBLE = 3e-8;

    /** PyTorch's floats: a sum of K products is off by about 1e-7 √K of its root mean square, K up to 10^4 here. */
    private static final double FLOAT = 1e-5;

    private static final Fixtures CONV2D = Fixtures.load("ops_conv2d");
    private static final Fixtures LINEAR = Fixtures.load("ops_linear");
    private static final Fixtures POOLING = Fixtures.load("ops_pooling");
    private static final Fixtures BATCH_NORM = Fixtures.load("ops_batchnorm");
    private static final Fixtures ACTIVATIONS = Fixtures.load("ops_activations");
    private static final Fixtures CROSS_ENTROPY = Fixtures.load("ops_cross_entropy");

    static Stream<String> conv2d() {
        return CONV2D.cases().stream();
    }

    @ParameterizedTest
    @MethodSource
    void conv2d(String name) {
        Tensor x = tensor(CONV2D, name + "/x");
        Tensor weight = tensor(CONV2D, name + "/weight");
        int[] stride = CONV2D.intsArgument(name, "stride");
        int[] padding = CONV2D.intsArgument(name, "padding");
        int[] dilation = CONV2D.intsArgument(name, "dilation");
        var op = new Conv2d(stride[0], stride[1], padding[0], padding[1], dilation[0], dilation[1]);
        Tensor y = grouped(op, x, weight, CONV2D.intArgument(name, "groups"));
        if (CONV2D.booleanArgument(name, "bias")) {
            Tensor bias = tensor(CONV2D, name + "/bias");
            compare(CONV2D, name, y.add(bias.reshape(-1, 1, 1)), List.of("x", "weight", "bias"), x, weight, bias);
        } else {
            compare(CONV2D, name, y, List.of("x", "weight"), x, weight);
        }
    }

    /** A convolution of groups by slices: each group of output channels sees its own input channels. */
    private static Tensor grouped(Conv2d op, Tensor x, Tensor weight, int groups) {
        int in = x.shape().dim(1) / groups;
        int out = weight.shape().dim(0) / groups;
        var parts = new Tensor[groups];
        for (int g = 0; g < groups; g++) {
            parts[g] = Tensor.record(op, x.slice(1, g * in, (g + 1) * in), weight.slice(0, g * out, (g + 1) * out));
        }
        return Tensor.concatenate(1, parts);
    }

    static Stream<String> linear() {
        return LINEAR.cases().stream();
    }

    @ParameterizedTest
    @MethodSource
    void linear(String name) {
        Tensor x = tensor(LINEAR, name + "/x");
        Tensor weight = tensor(LINEAR, name + "/weight");
        Tensor y = Tensor.record(new MatMul(false, true), x, weight);
        if (LINEAR.booleanArgument(name, "bias")) {
            Tensor bias = tensor(LINEAR, name + "/bias");
            compare(LINEAR, name, y.add(bias), List.of("x", "weight", "bias"), x, weight, bias);
        } else {
            compare(LINEAR, name, y, List.of("x", "weight"), x, weight);
        }
    }

    static Stream<String> pooling() {
        return POOLING.cases().stream();
    }

    @ParameterizedTest
    @MethodSource
    void pooling(String name) {
        Tensor x = tensor(POOLING, name + "/x");
        Op op = switch (POOLING.textArgument(name, "op")) {
            case "avg_pool2d" -> new AvgPool2d(window(name), POOLING.booleanArgument(name, "count_include_pad"));
            case "max_pool2d" -> new MaxPool2d(window(name));
            default -> {
                int[] size = POOLING.intsArgument(name, "output_size");
                yield new AdaptiveAvgPool2d(size[0], size[1]);
            }
        };
        compare(POOLING, name, Tensor.record(op, x), List.of("x"), x);
    }

    private static Window2d window(String name) {
        int[] kernel = POOLING.intsArgument(name, "kernel_size");
        int[] stride = POOLING.intsArgument(name, "stride");
        int[] padding = POOLING.intsArgument(name, "padding");
        return new Window2d(kernel[0], kernel[1], stride[0], stride[1], padding[0], padding[1]);
    }

    static Stream<String> batchNorm() {
        return BATCH_NORM.cases().stream();
    }

    @ParameterizedTest
    @MethodSource
    void batchNorm(String name) {
        Tensor x = tensor(BATCH_NORM, name + "/x");
        int channels = x.shape().dim(1);
        boolean affine = BATCH_NORM.booleanArgument(name, "affine");
        boolean tracking = BATCH_NORM.booleanArgument(name, "track_running_stats");
        boolean training = BATCH_NORM.booleanArgument(name, "train") || !tracking;
        Tensor gamma = affine ? tensor(BATCH_NORM, name + "/weight") : Tensor.full(1, channels);
        Tensor beta = affine ? tensor(BATCH_NORM, name + "/bias") : Tensor.full(0, channels);
        Tensor statistics = training
                ? Tensor.record(new BatchStatistics(), x)
                : Tensor.concatenate(
                        0,
                        tensor(BATCH_NORM, name + "/running_mean").reshape(1, channels),
                        tensor(BATCH_NORM, name + "/running_var").reshape(1, channels));
        var op = new BatchNorm((float) BATCH_NORM.doubleArgument(name, "eps"), training);
        Tensor y = Tensor.record(op, x, statistics, gamma, beta);
        if (affine) {
            compare(BATCH_NORM, name, y, List.of("x", "weight", "bias"), x, gamma, beta);
        } else {
            compare(BATCH_NORM, name, y, List.of("x"), x);
        }
    }

    static Stream<String> activations() {
        return ACTIVATIONS.cases().stream();
    }

    @ParameterizedTest
    @MethodSource
    void activations(String name) {
        Tensor x = tensor(ACTIVATIONS, name + "/x");
        Tensor y = switch (ACTIVATIONS.textArgument(name, "op")) {
            case "sigmoid" -> x.sigmoid();
            case "relu" -> x.relu();
            case "tanh" -> x.tanh();
            default -> x.logSoftmax();
        };
        compare(ACTIVATIONS, name, y, List.of("x"), x);
    }

    static Stream<String> crossEntropy() {
        return CROSS_ENTROPY.cases().stream();
    }

    @ParameterizedTest
    @MethodSource
    void crossEntropy(String name) {
        Tensor x = tensor(CROSS_ENTROPY, name + "/x");
        int[] classes = CROSS_ENTROPY.ints(name + "/target");
        int ignored = CROSS_ENTROPY.intArgument(name, "ignore_index");
        float smoothing = (float) CROSS_ENTROPY.doubleArgument(name, "label_smoothing");
        Tensor each = Tensor.record(new CrossEntropy(smoothing, ignored), x, Tensor.ofInts(classes, classes.length));
        Tensor y = switch (CROSS_ENTROPY.textArgument(name, "reduction")) {
            case "none" -> each;
            case "sum" -> each.sum();
            default ->
                each.sum().div((float)
                        Arrays.stream(classes).filter(c -> c != ignored).count());
        };
        compare(CROSS_ENTROPY, name, y, List.of("x"), x);
    }

    private static Tensor tensor(Fixtures fixtures, String name) {
        return Tensor.wrap(fixtures.floats(name), fixtures.shape(name));
    }

    private static void compare(Fixtures fixtures, String name, Tensor y, List<String> names, Tensor... leaves) {
        assertThat(y.shape().dims()).isEqualTo(fixtures.shape(name + "/y"));
        var outputs = new ArrayList<Tensor>();
        outputs.add(y);
        outputs.addAll(Gradients.of(y, tensor(fixtures, name + "/gy"), List.of(leaves)));
        List<double[]> actual = new ReferenceBackend().evaluate(outputs);
        compare(fixtures, name + "/y", actual.getFirst());
        for (int i = 0; i < leaves.length; i++) {
            compare(fixtures, name + "/g" + names.get(i), actual.get(i + 1));
        }
    }

    /** Against PyTorch's doubles where there are some, else its floats. */
    private static void compare(Fixtures fixtures, String name, double[] actual) {
        boolean precise = fixtures.contains(name + "64");
        double[] expected = fixtures.doubles(precise ? name + "64" : name);
        assertThat(actual).hasSameSizeAs(expected);
        double rms = Math.sqrt(Arrays.stream(expected).map(v -> v * v).average().orElse(0));
        double tolerance = precise ? DOUBLE : FLOAT;
        for (int i = 0; i < actual.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i]))
                    .as("%s[%d]: %s, PyTorch %s", name, i, actual[i], expected[i])
                    .isLessThanOrEqualTo(tolerance * (rms + Math.abs(expected[i]) + 1e-6));
        }
    }
}
