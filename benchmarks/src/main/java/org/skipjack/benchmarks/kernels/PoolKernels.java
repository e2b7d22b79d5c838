package org.skipjack.benchmarks.kernels;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.PoolGeometry;
import org.skipjack.kernels.PoolLanes;

/** LeNet's average pooling, 2 by 2. */
@State(Scope.Thread)
public class PoolKernels extends KernelBenchmark {

    /** Channels, rows and columns of the input. */
    @Param({"6x24x24", "16x8x8"})
    public String shape = "";

    private PoolGeometry g = new PoolGeometry(1, 2, 2, 2, 2, 2, 2, 0, 0);
    private float[] x = {};
    private float[] y = {};
    private float[] dy = {};
    private float[] dx = {};

    /** Checks both kernels on whole numbers, whose quarters are exact. */
    @Setup
    public void check() {
        int[] sizes = sizes(shape);
        g = new PoolGeometry(sizes[0], sizes[1], sizes[2], 2, 2, 2, 2, 0, 0);
        x = wholeNumbers(g.channels() * g.height() * g.width() * Lanes.COUNT, 1);
        dy = wholeNumbers(g.channels() * g.outH() * g.outW() * Lanes.COUNT, 2);
        y = new float[dy.length];
        dx = new float[x.length];

        pool();
        require("average pooling", PlainLoops.averagePool(x, g), y, 0);
        spread();
        require("average pooling gradient", PlainLoops.averagePoolGradient(dy, g), dx, 0);
    }

    private void pool() {
        PoolLanes.average(y, 0, x, 0, g, true);
    }

    private void spread() {
        PoolLanes.averageGradient(dx, 0, dy, 0, g, true);
    }

    /** Reads {@code x}, writes {@code y}. */
    @Benchmark
    public void average(Traffic work) {
        pool();
        work.count((long) x.length + y.length);
    }

    /** Reads {@code dy}, writes {@code dx}. */
    @Benchmark
    public void averageGradient(Traffic work) {
        spread();
        work.count((long) x.length + y.length);
    }
}
