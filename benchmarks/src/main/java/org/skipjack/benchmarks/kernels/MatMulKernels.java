package org.skipjack.benchmarks.kernels;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.skipjack.kernels.Conv2dLanes;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.MatMulGeometry;
import org.skipjack.kernels.MatMulLanes;
import org.skipjack.kernels.MatMulWeightGradient;
import org.skipjack.kernels.Slice;

/** LeNet's linear layers; the weight gradient is that of a whole batch of 256. */
@State(Scope.Thread)
public class MatMulKernels extends KernelBenchmark {

    /** Features of input and output. */
    @Param({"256 to 120", "120 to 84", "84 to 10"})
    public String shape = "";

    private int in;
    private int out;
    private MatMulGeometry along = new MatMulGeometry(1, 1, 1, 1);
    private MatMulGeometry across = along;
    private float[] x = {};
    private float[] w = {};
    private float[] bias = {};
    private float[] y = {};
    private float[] dy = {};
    private float[] dx = {};
    private float[] dw = {};
    private MatMulWeightGradient gradient = new MatMulWeightGradient(1, 1);
    private float[] scratch = {};

    /** Checks the three kernels on whole numbers: exact. */
    @Setup
    public void check() {
        int[] sizes = sizes(shape);
        in = sizes[0];
        out = sizes[1];
        along = new MatMulGeometry(out, in, in, 1);
        across = new MatMulGeometry(in, out, 1, in);
        x = wholeNumbers(BLOCKS * in * Lanes.COUNT, 1);
        w = wholeNumbers(out * in, 2);
        bias = wholeNumbers(out, 3);
        dy = wholeNumbers(BLOCKS * out * Lanes.COUNT, 4);
        y = new float[out * Lanes.COUNT];
        dx = new float[in * Lanes.COUNT];
        dw = new float[w.length];
        gradient = new MatMulWeightGradient(out, in);
        scratch = new float[gradient.scratch(BLOCKS)];

        multiply();
        require("matmul forward", PlainLoops.matmul(x, w, bias, out, in), y, 0);
        transpose();
        require("matmul input gradient", PlainLoops.matmulInputGradient(dy, w, out, in), dx, 0);
        reduce();
        require("matmul weight gradient", PlainLoops.matmulWeightGradient(dy, x, out, in, BLOCKS), dw, 0);
    }

    private void multiply() {
        MatMulLanes.forward(y, 0, x, 0, w, 0, bias, 0, along);
    }

    private void transpose() {
        MatMulLanes.forward(dx, 0, dy, 0, w, 0, Conv2dLanes.NO_BIAS, 0, across);
    }

    private void reduce() {
        for (int task = 0; task < gradient.tasks(); task++) {
            gradient.run(
                    task,
                    new Slice(dw, 0),
                    new Slice(dy, 0),
                    out * Lanes.COUNT,
                    new Slice(x, 0),
                    in * Lanes.COUNT,
                    BLOCKS,
                    new Slice(scratch, 0));
        }
    }

    private long flops() {
        return 2L * out * in * Lanes.COUNT;
    }

    /** {@code y = w x + bias}. */
    @Benchmark
    public void forward(Arithmetic work) {
        multiply();
        work.count(flops());
    }

    /** {@code dx} from {@code dy}. */
    @Benchmark
    public void inputGradient(Arithmetic work) {
        transpose();
        work.count(flops());
    }

    /** {@code dw} from {@code dy} and {@code x} of all blocks. */
    @Benchmark
    public void weightGradient(Arithmetic work) {
        reduce();
        work.count(BLOCKS * flops());
    }
}
