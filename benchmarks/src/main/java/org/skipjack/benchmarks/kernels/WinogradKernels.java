package org.skipjack.benchmarks.kernels;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.skipjack.kernels.ConvGeometry;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.Slice;
import org.skipjack.kernels.WinogradLanes;
import org.skipjack.kernels.WinogradLanes.Filters;

/**
 * LeNet's second convolution and one as in ResNet-18 by Winograd's algorithm. What is counted is what a direct convolution would
 * compute, so that the rates can be compared with those of {@link Conv2dKernels}; they may be above the machine's peak.
 */
@State(Scope.Thread)
public class WinogradKernels extends KernelBenchmark {
    /** The weight gradient sums nine thousand products of the size 2: results of the size 200, with errors of 2e-6 of that. */
    private static final double TOLERANCE = 5e-3;

    /** Channels, rows and columns of input and output, rows and columns of the kernel. */
    @Param({"6x12x12 to 16x8x8, 5x5", "64x26x26 to 64x24x24, 3x3"})
    public String shape = "";

    private ConvGeometry g = new ConvGeometry(16, 8, 8, 16, 3, 3, 1, 1, 1, 1, 1, 1);
    private ConvGeometry served = g;
    private Slice x = of(0);
    private Slice w = x;
    private Slice bias = x;
    private Slice y = x;
    private Slice dy = x;
    private Slice dx = x;
    private Slice dw = x;
    private Slice forward = x;
    private Slice backward = x;
    private Slice scratch = x;

    private static Slice of(int floats) {
        return new Slice(new float[floats], 0);
    }

    /** Checks the three kernels against plain loops. */
    @Setup
    public void check() {
        int[] n = sizes(shape);
        g = new ConvGeometry(n[0], n[1], n[2], n[3], n[6], n[7], 1, 1, 0, 0, 1, 1);
        boolean turned = WinogradLanes.inputGradientFilters(g) == Filters.TURNED;
        served = turned ? WinogradLanes.turned(g) : g;
        int input = g.channels() * g.height() * g.width() * Lanes.COUNT;
        int output = g.filters() * g.outH() * g.outW() * Lanes.COUNT;
        x = new Slice(wholeNumbers(input, 1), 0);
        w = new Slice(wholeNumbers(g.filters() * g.taps(), 2), 0);
        bias = new Slice(wholeNumbers(g.filters(), 3), 0);
        dy = new Slice(wholeNumbers(output, 4), 0);
        y = of(output);
        dx = of(input);
        dw = of(g.filters() * g.taps());
        int needed = Math.max(WinogradLanes.forwardScratch(g), WinogradLanes.gradientScratch(g));
        int adjoint = turned ? WinogradLanes.forwardScratch(served) : WinogradLanes.inputGradientScratch(g);
        scratch = of(Math.max(needed, Math.max(adjoint, WinogradLanes.filterScratch(g))));
        forward = filters(Filters.FORWARD, g, g.filters());
        backward = filters(WinogradLanes.inputGradientFilters(g), served, turned ? served.filters() : g.channels());

        convolve();
        require("Winograd forward", PlainLoops.conv2d(x.array(), w.array(), bias.array(), g), y.array(), TOLERANCE);
        transpose();
        require(
                "Winograd input gradient",
                PlainLoops.conv2dInputGradient(dy.array(), w.array(), g),
                dx.array(),
                TOLERANCE);
        reduce();
        require(
                "Winograd weight gradient",
                PlainLoops.conv2dWeightGradient(dy.array(), x.array(), g),
                dw.array(),
                TOLERANCE);
    }

    private Slice filters(Filters kind, ConvGeometry served, int rows) {
        Slice u = of(WinogradLanes.points(served) * WinogradLanes.filterPlane(served));
        WinogradLanes.filters(u, w, kind, served, 0, rows, scratch);
        return u;
    }

    private void convolve() {
        WinogradLanes.forward(y, x, forward, bias, g, scratch);
    }

    private void transpose() {
        if (WinogradLanes.inputGradientFilters(g) == Filters.TURNED) {
            WinogradLanes.forward(dx, dy, backward, of(0), served, scratch);
        } else {
            WinogradLanes.inputGradient(dx, dy, backward, g, scratch);
        }
    }

    private void reduce() {
        WinogradLanes.weightGradient(dw, dy, x, g, scratch);
    }

    /** Of a direct convolution of a block. */
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
