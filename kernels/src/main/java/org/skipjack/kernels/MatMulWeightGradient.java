package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

/**
 * Weight gradient of a linear layer: {@code dw[r, k] = Σ dy[r] x[k]} over all examples of a batch in {@link Lanes}. The input is
 * turned to {@code [example, column]} first, so that columns fill the vectors and no lanes have to be joined. Divided into
 * tasks by columns.
 */
public final class MatMulWeightGradient {
    /** Columns of a task. */
    private static final int PANEL = 2 * COUNT;

    private final int rows;
    private final int depth;
    private final LanesProduct whole;
    private final LanesProduct last;

    /** The gradient of a weight {@code [rows, depth]}. */
    public MatMulWeightGradient(int rows, int depth) {
        this.rows = rows;
        this.depth = depth;
        this.whole = new LanesProduct(rows, Math.min(PANEL, Lanes.pad(depth)));
        this.last = new LanesProduct(rows, Lanes.pad(columns(tasks() - 1)));
    }

    /** Number of tasks, which can run at the same time. */
    public int tasks() {
        return Math.ceilDiv(depth, PANEL);
    }

    /** First column of a task. */
    public int column(int task) {
        return task * PANEL;
    }

    /** Number of columns of a task. */
    public int columns(int task) {
        return Math.min(PANEL, depth - column(task));
    }

    /** Floats of scratch that {@link #run} needs. */
    public int scratch(int blocks) {
        return (blocks * COUNT + rows) * PANEL;
    }

    /**
     * The columns of a task. Lanes without an example must hold zeros in {@code dy} and in these columns of {@code x}.
     *
     * @param dw {@code [rows, depth]}
     * @param dy block {@code b} is {@code [rows, 16]} from {@code b dyBlock} on
     * @param x block {@code b} is {@code [depth, 16]} from {@code b xBlock} on
     * @param scratch {@link #scratch} floats
     */
    public void run(int task, Slice dw, Slice dy, int dyBlock, Slice x, int xBlock, int blocks, Slice scratch) {
        int columns = columns(task);
        int width = Lanes.pad(columns);
        float[] s = scratch.array();
        int panel = scratch.at();
        for (int b = 0; b < blocks; b++) {
            int from = x.at() + b * xBlock + column(task) * COUNT;
            turn(s, panel + b * COUNT * width, width, x.array(), from, columns);
        }
        LanesProduct product = task == tasks() - 1 ? last : whole;
        int to = dw.at() + column(task);
        if (width == columns) {
            product.run(dw.array(), to, depth, dy.array(), dy.at(), dyBlock, s, panel, COUNT * width, blocks);
            return;
        }
        int result = panel + blocks * COUNT * width;
        product.run(s, result, width, dy.array(), dy.at(), dyBlock, s, panel, COUNT * width, blocks);
        for (int r = 0; r < rows; r++) {
            System.arraycopy(s, result + r * width, dw.array(), to + r * depth, columns);
        }
    }

    /** {@code out[l, c] = x[c, l]}; further columns, up to the width, are zeros. */
    private static void turn(float[] out, int outOff, int width, float[] x, int xOff, int columns) {
        int vectors = columns / COUNT * COUNT;
        LayoutLanes.transpose(out, outOff, width, x, xOff, COUNT, vectors);
        for (int c = vectors; c < width; c++) {
            for (int l = 0; l < COUNT; l++) {
                out[outOff + l * width + c] = c < columns ? x[xOff + c * COUNT + l] : 0f;
            }
        }
    }
}
