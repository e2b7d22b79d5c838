package org.skipjack.core;

import java.util.List;
import java.util.stream.Stream;
import org.skipjack.core.OpCases.Recipe;
import org.skipjack.core.op.AdaptiveAvgPool2d;
import org.skipjack.core.op.AvgPool2d;
import org.skipjack.core.op.BatchNorm;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.MatMul;
import org.skipjack.core.op.MaxPool2d;
import org.skipjack.core.op.RandomUniform;
import org.skipjack.core.op.Window2d;

/** The chains of ops that networks are made of: what a planner fuses must give what the ops give one by one. */
final class BlockCases {
    private static final float EPSILON = 1e-5f;

    private BlockCases() {}

    static Stream<Recipe> of(SeededData data) {
        return Stream.of(
                convolutionBiasSigmoidPool(data, 17, 1, 6, 12),
                convolutionBiasSigmoidPool(data, 5, 6, 16, 10),
                convolutionNormSigmoidPool(data, 16, 1, 6, 12),
                convolutionNormSigmoidPool(data, 3, 6, 16, 10),
                convolutionNormReluMaxPool(data, 5, 3, 16),
                convolutionNormReluMaxPool(data, 2, 15, 33),
                evaluation(data, 3, 16, 17),
                residual(data, 2, 16, 6),
                residual(data, 3, 15, 5),
                residual(data, 35, 32, 7),
                residual(data, 2, 64, 3),
                projection(data, 2, 16, 33, 6),
                projection(data, 18, 64, 80, 6),
                projection(data, 2, 64, 64, 23),
                linearNormSigmoid(data, 16, 48, 31),
                linearNormSigmoid(data, 33, 17, 5),
                classifier(data, 15, 33, 10),
                globalPoolClassifier(data, 3, 32, 10),
                dropout(data, 5, 17),
                normalisedByHand(data, 3, 17, 4),
                sharedOperands(data, 3, 33),
                evaluationMaxPool(data, 17, 5));
    }

    private static Tensor convolve(Tensor x, Tensor weight, int stride, int padding) {
        return Tensor.record(Conv2d.of(stride, padding), x, weight);
    }

    private static Tensor norm(Tensor x, Tensor gamma, Tensor beta) {
        return NormalizationCases.normalise(x, gamma, beta, EPSILON);
    }

    private static Tensor averagePool(Tensor x) {
        return Tensor.record(new AvgPool2d(Window2d.of(2, 2), true), x);
    }

    private static Tensor linear(Tensor x, Tensor weight, Tensor bias) {
        return Tensor.record(new MatMul(false, true), x, weight).add(bias);
    }

    private static Recipe convolutionBiasSigmoidPool(SeededData data, int n, int c, int o, int size) {
        Tensor x = data.tensor(n, c, size, size);
        Tensor w = data.parameter("weight", o, c, 5, 5);
        Tensor b = data.parameter("bias", o);
        return Recipe.of(
                "block conv2d bias sigmoid avgPool2d " + x.shape() + " " + w.shape(),
                () -> averagePool(
                        convolve(x, w, 1, 2).mul(0.2f).add(b.reshape(o, 1, 1)).sigmoid()),
                x,
                w,
                b);
    }

    private static Recipe convolutionNormSigmoidPool(SeededData data, int n, int c, int o, int size) {
        Tensor x = data.tensor(n, c, size, size);
        Tensor w = data.parameter("weight", o, c, 5, 5);
        Tensor gamma = data.parameter("gamma", o);
        Tensor beta = data.parameter("beta", o);
        return Recipe.of(
                "block conv2d batchNorm sigmoid avgPool2d " + x.shape() + " " + w.shape(),
                () -> averagePool(norm(convolve(x, w, 1, 0), gamma, beta).sigmoid()),
                x,
                w,
                gamma,
                beta);
    }

    private static Recipe convolutionNormReluMaxPool(SeededData data, int n, int c, int o) {
        Tensor x = data.tensor(n, c, 9, 9);
        Tensor w = data.parameter("weight", o, c, 3, 3);
        Tensor gamma = data.parameter("gamma", o);
        Tensor beta = data.parameter("beta", o);
        var pool = new MaxPool2d(new Window2d(3, 3, 2, 2, 1, 1));
        return Recipe.of(
                "block conv2d batchNorm relu maxPool2d " + x.shape() + " " + w.shape(),
                () -> Tensor.record(
                        pool, norm(convolve(x, w, 2, 1), gamma, beta).relu()),
                x,
                w,
                gamma,
                beta);
    }

    private static Recipe evaluation(SeededData data, int n, int c, int o) {
        Tensor x = data.tensor(n, c, 6, 7);
        Tensor w = data.parameter("weight", o, c, 3, 3);
        Tensor statistics = data.statistics(o);
        Tensor gamma = data.parameter("gamma", o);
        Tensor beta = data.parameter("beta", o);
        return new Recipe(
                "block conv2d batchNorm evaluation relu " + x.shape() + " " + w.shape(),
                List.of(x, w, statistics, gamma, beta),
                List.of(x, w, gamma, beta),
                () -> Tensor.record(new BatchNorm(EPSILON, false), convolve(x, w, 1, 1), statistics, gamma, beta)
                        .relu());
    }

    /** Where statistics are given, the gradient of the pool meets no input gradient of a batch norm. */
    private static Recipe evaluationMaxPool(SeededData data, int n, int c) {
        Tensor x = data.tensor(n, c, 7, 8);
        Tensor statistics = data.statistics(c);
        Tensor gamma = data.parameter("gamma", c);
        Tensor beta = data.parameter("beta", c);
        var pool = new MaxPool2d(new Window2d(2, 3, 2, 2, 0, 1));
        return new Recipe(
                "block batchNorm evaluation relu maxPool2d " + x.shape(),
                List.of(x, statistics, gamma, beta),
                List.of(x, gamma, beta),
                () -> Tensor.record(
                        pool,
                        Tensor.record(new BatchNorm(EPSILON, false), x, statistics, gamma, beta)
                                .relu()));
    }

    private static Recipe residual(SeededData data, int n, int c, int size) {
        Tensor x = data.tensor(n, c, size, size);
        Tensor w1 = data.parameter("conv1.weight", c, c, 3, 3);
        Tensor g1 = data.parameter("bn1.weight", c);
        Tensor b1 = data.parameter("bn1.bias", c);
        Tensor w2 = data.parameter("conv2.weight", c, c, 3, 3);
        Tensor g2 = data.parameter("bn2.weight", c);
        Tensor b2 = data.parameter("bn2.bias", c);
        return Recipe.of(
                "block residual " + x.shape(),
                () -> {
                    Tensor inner = norm(convolve(x, w1, 1, 1), g1, b1).relu();
                    return norm(convolve(inner, w2, 1, 1), g2, b2).add(x).relu();
                },
                x,
                w1,
                g1,
                b1,
                w2,
                g2,
                b2);
    }

    private static Recipe projection(SeededData data, int n, int c, int o, int size) {
        Tensor x = data.tensor(n, c, size, size);
        Tensor w = data.parameter("conv.weight", o, c, 3, 3);
        Tensor g = data.parameter("bn.weight", o);
        Tensor b = data.parameter("bn.bias", o);
        Tensor wp = data.parameter("downsample.0.weight", o, c, 1, 1);
        Tensor gp = data.parameter("downsample.1.weight", o);
        Tensor bp = data.parameter("downsample.1.bias", o);
        return Recipe.of(
                "block residual with projection " + x.shape() + " " + w.shape(),
                () -> norm(convolve(x, w, 2, 1), g, b)
                        .add(norm(convolve(x, wp, 2, 0), gp, bp))
                        .relu(),
                x,
                w,
                g,
                b,
                wp,
                gp,
                bp);
    }

    private static Recipe linearNormSigmoid(SeededData data, int n, int in, int out) {
        Tensor x = data.tensor(n, in);
        Tensor w = data.parameter("weight", out, in);
        Tensor bias = data.parameter("bias", out);
        Tensor gamma = data.parameter("gamma", out);
        Tensor beta = data.parameter("beta", out);
        return Recipe.of(
                "block matmul bias batchNorm sigmoid " + x.shape() + " " + w.shape(),
                () -> norm(linear(x, w, bias), gamma, beta).sigmoid(),
                x,
                w,
                bias,
                gamma,
                beta);
    }

    private static Recipe classifier(SeededData data, int n, int in, int classes) {
        Tensor x = data.tensor(n, in);
        Tensor w = data.parameter("weight", classes, in);
        Tensor bias = data.parameter("bias", classes);
        Tensor labels = data.labels(n, classes, 0);
        return new Recipe(
                "block matmul bias crossEntropy mean " + x.shape() + " " + w.shape(),
                List.of(x, w, bias, labels),
                List.of(x, w, bias),
                () -> linear(x, w, bias).crossEntropy(labels).mean());
    }

    private static Recipe globalPoolClassifier(SeededData data, int n, int c, int classes) {
        Tensor x = data.tensor(n, c, 3, 4);
        Tensor w = data.parameter("fc.weight", classes, c);
        Tensor bias = data.parameter("fc.bias", classes);
        return Recipe.of(
                "block adaptiveAvgPool2d matmul logSoftmax " + x.shape(),
                () -> linear(Tensor.record(new AdaptiveAvgPool2d(1, 1), x).flatten(1), w, bias)
                        .logSoftmax(),
                x,
                w,
                bias);
    }

    private static Recipe dropout(SeededData data, int n, int features) {
        Tensor x = data.tensor(n, features);
        Tensor counter = Tensor.wrap(new float[] {3});
        return new Recipe(
                "block dropout " + x.shape(),
                List.of(x, counter),
                List.of(x),
                () -> x.mul(Tensor.record(new RandomUniform(5, x.shape()), counter)
                        .greater(0.5f)
                        .mul(2)));
    }

    private static Recipe normalisedByHand(SeededData data, int n, int c, int size) {
        Tensor x = data.tensor(n, c, size, size);
        Tensor gamma = data.parameter("gamma", 1, c, 1, 1);
        Tensor beta = data.parameter("beta", 1, c, 1, 1);
        return Recipe.of(
                "block batch norm by hand " + x.shape(),
                () -> {
                    Tensor mean = x.mean(true, 0, 2, 3);
                    Tensor variance = x.sub(mean).square().mean(true, 0, 2, 3);
                    return gamma.mul(x.sub(mean).div(variance.add(EPSILON).sqrt()))
                            .add(beta);
                },
                x,
                gamma,
                beta);
    }

    private static Recipe sharedOperands(SeededData data, int rows, int columns) {
        Tensor x = data.tensor(rows, columns);
        return Recipe.of(
                "block shared operands " + x.shape(),
                () -> {
                    Tensor once = x.tanh();
                    return once.mul(once).add(once).sub(x.mul(x.sigmoid()));
                },
                x);
    }
}
