package org.skipjack.benchmarks.kernels;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.skipjack.kernels.BatchNormLanes;
import org.skipjack.kernels.BatchNormSigmoidLanes;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.PoolGeometry;

/** The gradient through LeNet's pooling, sigmoid and batch normalisation in the two passes of the last. */
@State(Scope.Thread)
public class BatchNormSigmoidKernels extends KernelBenchmark {
    private static final float EPSILON = 1e-5f;

    /** Of sums of up to 9216 numbers in single precision, 16 lanes apart. */
    private static final double ROUNDING = 1e-5;

    /** Channels, rows and columns. */
    @Param({"6x24x24 pooled", "16x8x8 pooled", "120x1x1"})
    public String shape = "";

    private boolean pooled;
    private int channels;
    private int height;
    private int width;
    private float[] up = {};
    private float[] x = {};
    private float[] y = {};
    private float[] dx = {};
    private float[] gamma = {};
    private float[] stats = {};
    private float[] gradientSums = {};
    private final float[] sums = new float[BatchNormLanes.SUMS];

    /** Checks both passes beside double precision. */
    @Setup
    public void check() {
        int[] sizes = sizes(shape);
        pooled = shape.endsWith("pooled");
        channels = sizes[0];
        height = sizes[1];
        width = sizes[2];
        int size = height * width;
        x = numbers(channels * size * Lanes.COUNT, 1);
        up = numbers(pooled ? x.length / 4 : x.length, 2);
        gamma = numbers(channels, 3);
        dx = new float[x.length];
        gradientSums = new float[2 * channels];
        float[] beta = numbers(channels, 4);
        stats = floats(new PlainBatchNorm(x, x, gamma, beta, channels, size, EPSILON).statistics());
        y = floats(new PlainBatchNorm(x, x, gamma, beta, channels, size, EPSILON).normalized(true));
        var plain = new PlainBatchNorm(x, gradientOfNorm(), gamma, beta, channels, size, EPSILON);

        reduce();
        double summed = ROUNDING * Math.sqrt(size * Lanes.COUNT);
        require("sums of batch norm and sigmoid", plain.gradientSums(), gradientSums, summed);
        differentiate();
        require("input gradient of batch norm and sigmoid", plain.inputGradient(), dx, ROUNDING);
    }

    /** What the kernels compute on their way and do not store. */
    private float[] gradientOfNorm() {
        float[] gradient = pooled
                ? floats(
                        PlainLoops.averagePoolGradient(up, new PoolGeometry(channels, height, width, 2, 2, 2, 2, 0, 0)))
                : up;
        return floats(PlainLoops.sigmoidGradient(gradient, y));
    }

    private static float[] floats(double[] values) {
        var rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = (float) values[i];
        }
        return rounded;
    }

    private void reduce() {
        if (pooled) {
            BatchNormSigmoidLanes.pooledSums(
                    gradientSums,
                    0,
                    up,
                    0,
                    y,
                    0,
                    x,
                    0,
                    stats,
                    0,
                    channels,
                    height,
                    width,
                    Lanes.COUNT,
                    EPSILON,
                    sums,
                    0);
        } else {
            BatchNormSigmoidLanes.sums(
                    gradientSums,
                    0,
                    up,
                    0,
                    y,
                    0,
                    x,
                    0,
                    stats,
                    0,
                    channels,
                    height * width,
                    Lanes.COUNT,
                    EPSILON,
                    sums,
                    0);
        }
    }

    private void differentiate() {
        int count = height * width * Lanes.COUNT;
        if (pooled) {
            BatchNormSigmoidLanes.pooledInputGradient(
                    dx,
                    0,
                    up,
                    0,
                    y,
                    0,
                    x,
                    0,
                    stats,
                    0,
                    gamma,
                    0,
                    gradientSums,
                    0,
                    channels,
                    height,
                    width,
                    count,
                    EPSILON);
        } else {
            BatchNormSigmoidLanes.inputGradient(
                    dx,
                    0,
                    up,
                    0,
                    y,
                    0,
                    x,
                    0,
                    stats,
                    0,
                    gamma,
                    0,
                    gradientSums,
                    0,
                    channels,
                    height * width,
                    count,
                    EPSILON);
        }
    }

    /** Reads the gradient, {@code y} and {@code x}. */
    @Benchmark
    public void gradientSums(Traffic work) {
        reduce();
        work.count(up.length + 2L * x.length);
    }

    /** Reads the gradient, {@code y} and {@code x}, writes {@code dx}. */
    @Benchmark
    public void inputGradient(Traffic work) {
        differentiate();
        work.count(up.length + 3L * x.length);
    }
}
