package org.skipjack.benchmarks.kernels;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.skipjack.kernels.Conv2dLanes;
import org.skipjack.kernels.ConvGeometry;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.Maps;

/** LeNet's convolutions: forward with bias, input gradient, weight gradient. */
@State(Scope.Thread)
public class Conv2dKernels extends KernelBenchmark {

    /** Channels, rows and columns of input and output; the kernel has 5 rows and columns. */
    @Param({"1x28x28 to 6x24x24", "6x12x12 to 16x8x8"})
    public String shape = "";

    private ConvGeometry g = geometry(1, 28, 28, 6);
    private float[] x = {};
    private float[] w = {};
    private float[] bias = {};
    private float[] y = {};
    private float[] dy = {};
    private float[] dx = {};
    private float[] dw = {};
    private float[] sums = {};
    private Maps inputs = new Maps(x, 0, 0);
    private Maps gradients = inputs;

    private static ConvGeometry geometry(int channels, int height, int width, int filters) {
        return new ConvGeometry(channels, height, width, filters, 5, 5, 1, 1, 0, 0, 1, 1);
    }

    /** Checks the three kernels on whole numbers: exact. */
    @Setup
    public void check() {
        int[] sizes = sizes(shape);
        g = geometry(sizes[0], sizes[1], sizes[2], sizes[3]);
        int input = g.channels() * g.height() * g.width() * Lanes.COUNT;
        int output = g.filters() * g.outH() * g.outW() * Lanes.COUNT;
        x = wholeNumbers(input, 1);
        w = wholeNumbers(g.filters() * g.taps(), 2);
        bias = wholeNumbers(g.filters(), 3);
        dy = wholeNumbers(output, 4);
        y = new float[output];
        dx = new float[input];
        inputs = new Maps(x, 0, input);
        gradients = new Maps(dy, 0, output);
        dw = new float[w.length];
        sums = new float[Conv2dLanes.sums(g)];

        convolve();
        require("conv2d forward", PlainLoops.conv2d(x, w, bias, g), y, 0);
        transpose();
        require("conv2d input gradient", PlainLoops.conv2dInputGradient(dy, w, g), dx, 0);
        reduce();
        require("conv2d weight gradient", PlainLoops.conv2dWeightGradient(dy, x, g), dw, 0);
    }

    private void convolve() {
        Conv2dLanes.forward(y, 0, x, 0, w, 0, bias, 0, g);
    }

    private void transpose() {
        Conv2dLanes.inputGradient(dx, 0, dy, 0, w, 0, g);
    }

    private void reduce() {
        for (int group = 0; group < Conv2dLanes.weightGroups(g); group++) {
            Conv2dLanes.weightGradient(dw, 0, gradients, inputs, 1, group, g, sums, 0);
        }
    }

    /** Of a block, the same for all three: each meets each output with each tap once. */
    private long flops() {
        return 2L * g.filters() * g.outH() * g.outW() * g.taps() * Lanes.COUNT;
    }

    /** {@code y = w * x + bias}. */
    @Benchmark
    public void forward(Arithmetic work) {
        convolve();
        work.count(flops());
    }

    /** {@code dx} from {@code dy}. */
    @Benchmark
    public void inputGradient(Arithmetic work) {
        transpose();
        work.count(flops());
    }

    /** {@code dw} from {@code dy} and {@code x}. */
    @Benchmark
    public void weightGradient(Arithmetic work) {
        reduce();
        work.count(flops());
    }
}
