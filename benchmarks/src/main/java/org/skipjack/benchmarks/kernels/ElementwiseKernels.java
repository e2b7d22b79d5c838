package org.skipjack.benchmarks.kernels;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.skipjack.kernels.ElementwiseLanes;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.LayoutLanes;

/** The sigmoid, the way of a batch into lanes, and two yardsticks of all that moves memory. */
@State(Scope.Thread)
public class ElementwiseKernels extends KernelBenchmark {

    /** Two units in the last place of numbers up to 1. */
    private static final double SIGMOID_ROUNDING = 1.2e-7;

    /** Channels, rows and columns. */
    @Param("6x24x24")
    public String shape = "";

    private int elements;
    private float[] x = {};
    private float[] dy = {};
    private float[] sigmoid = {};
    private float[] y = {};

    /** Checks the kernels beside double precision. */
    @Setup
    public void check() {
        int[] sizes = sizes(shape);
        elements = sizes[0] * sizes[1] * sizes[2];
        x = numbers(elements * Lanes.COUNT, 1);
        dy = numbers(x.length, 2);
        sigmoid = new float[x.length];
        y = new float[x.length];

        activate();
        require("sigmoid", PlainLoops.sigmoid(x), sigmoid, SIGMOID_ROUNDING);
        differentiate();
        require("sigmoid gradient", PlainLoops.sigmoidGradient(dy, sigmoid), y, SIGMOID_ROUNDING);
        layOut();
        require("layout from rows", PlainLoops.fromRows(x, elements), y, 0);
    }

    private void activate() {
        ElementwiseLanes.sigmoid(sigmoid, 0, x, 0, x.length);
    }

    private void differentiate() {
        ElementwiseLanes.sigmoidGradient(y, 0, sigmoid, 0, dy, 0, x.length);
    }

    private void layOut() {
        LayoutLanes.fromRows(y, 0, x, 0, elements, Lanes.COUNT);
    }

    /** Reads {@code x}, writes {@code y}. */
    @Benchmark
    public void sigmoid(Traffic work) {
        activate();
        work.count(2L * x.length);
    }

    /** Reads {@code y} and {@code dy}, writes {@code dx}. */
    @Benchmark
    public void sigmoidGradient(Traffic work) {
        differentiate();
        work.count(3L * x.length);
    }

    /** Reads rows, writes lanes. One code for both twins. */
    @Benchmark
    public void fromRows(Traffic work) {
        layOut();
        work.count(2L * x.length);
    }

    /** A yardstick: reads two arrays, writes one. */
    @Benchmark
    public void add(Traffic work) {
        ElementwiseLanes.add(y, 0, x, 0, dy, 0, x.length);
        work.count(3L * x.length);
    }

    /** A yardstick that is no kernel: reads one array, writes one. */
    @Benchmark
    public void copy(Traffic work) {
        System.arraycopy(x, 0, y, 0, x.length);
        work.count(2L * x.length);
    }
}
