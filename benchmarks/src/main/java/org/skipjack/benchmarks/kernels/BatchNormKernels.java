package org.skipjack.benchmarks.kernels;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.skipjack.kernels.BatchNormLanes;
import org.skipjack.kernels.Lanes;

/** LeNet's batch normalisation: two passes forward, two backward. */
@State(Scope.Thread)
public class BatchNormKernels extends KernelBenchmark {
    private static final float EPSILON = 1e-5f;

    /** Of sums of up to 9216 numbers in single precision, 16 lanes apart. */
    private static final double ROUNDING = 1e-5;

    /** Channels, rows and columns. */
    @Param({"6x24x24", "16x8x8", "120x1x1"})
    public String shape = "";

    private int channels;
    private int size;
    private float[] x = {};
    private float[] dy = {};
    private float[] gamma = {};
    private float[] beta = {};
    private float[] y = {};
    private float[] partial = {};
    private float[] stats = {};
    private float[] gradientSums = {};
    private final float[] sums = new float[BatchNormLanes.SUMS];

    /** Checks all kernels beside double precision. */
    @Setup
    public void check() {
        int[] sizes = sizes(shape);
        channels = sizes[0];
        size = sizes[1] * sizes[2];
        x = numbers(channels * size * Lanes.COUNT, 1);
        dy = numbers(x.length, 2);
        gamma = numbers(channels, 3);
        beta = numbers(channels, 4);
        y = new float[x.length];
        partial = new float[BatchNormLanes.PARTIALS * channels];
        stats = new float[2 * channels];
        gradientSums = new float[2 * channels];
        var plain = new PlainBatchNorm(x, dy, gamma, beta, channels, size, EPSILON);

        reduce();
        BatchNormLanes.merge(stats, 0, partial, 0, partial.length, channels, size, Lanes.COUNT);
        require("batch norm statistics", plain.statistics(), stats, ROUNDING);
        normalize(false);
        require("batch norm normalise", plain.normalized(false), y, ROUNDING);
        normalize(true);
        require("batch norm normalise and sigmoid", plain.normalized(true), y, ROUNDING);
        reduceGradient();
        require("batch norm sums", plain.gradientSums(), gradientSums, ROUNDING * Math.sqrt(size * Lanes.COUNT));
        differentiate();
        require("batch norm input gradient", plain.inputGradient(), y, ROUNDING);
    }

    private void reduce() {
        BatchNormLanes.statistics(partial, 0, x, 0, channels, size, Lanes.COUNT, sums, 0);
    }

    private void normalize(boolean sigmoid) {
        BatchNormLanes.normalize(y, 0, x, 0, stats, 0, gamma, 0, beta, 0, channels, size, EPSILON, sigmoid);
    }

    private void reduceGradient() {
        BatchNormLanes.sums(gradientSums, 0, dy, 0, x, 0, stats, 0, channels, size, Lanes.COUNT, EPSILON, sums, 0);
    }

    private void differentiate() {
        BatchNormLanes.inputGradient(
                y,
                0,
                dy,
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
                size,
                size * Lanes.COUNT,
                EPSILON,
                0,
                channels);
    }

    /** Mean and squared deviations of each channel: reads {@code x}, though in two passes. */
    @Benchmark
    public void statistics(Traffic work) {
        reduce();
        work.count(x.length);
    }

    /** Reads {@code x}, writes {@code y}. */
    @Benchmark
    public void normalize(Traffic work) {
        normalize(false);
        work.count(2L * x.length);
    }

    /** The same with the sigmoid that follows. */
    @Benchmark
    public void normalizeSigmoid(Traffic work) {
        normalize(true);
        work.count(2L * x.length);
    }

    /** Reads {@code dy} and {@code x}. */
    @Benchmark
    public void gradientSums(Traffic work) {
        reduceGradient();
        work.count(2L * x.length);
    }

    /** Reads {@code dy} and {@code x}, writes {@code dx}. */
    @Benchmark
    public void inputGradient(Traffic work) {
        differentiate();
        work.count(3L * x.length);
    }
}
