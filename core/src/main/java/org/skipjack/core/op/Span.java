package org.skipjack.core.op;

import org.skipjack.core.Shape;

/**
 * The rows or columns of a pooling window.
 *
 * @param from first index
 * @param to index after the last
 */
record Span(int from, int to) {
    /** A window that starts at {@code start}, without what lies in the padding. */
    static Span clipped(int start, int length, int extent) {
        return new Span(Math.max(start, 0), Math.min(start + length, extent));
    }

    /**
     * Part {@code index} of {@code parts} that together cover {@code extent}: {@code ⌊i n / p⌋} to
     * {@code ⌈(i+1) n / p⌉}.
     */
    static Span part(int index, int parts, int extent) {
        return new Span(index * extent / parts, ((index + 1) * extent + parts - 1) / parts);
    }

    /** Number of elements of a window. */
    static int area(Span rows, Span columns) {
        return (rows.to - rows.from) * (columns.to - columns.from);
    }

    /** Where a row or column of the result finds its window in an input of that extent. */
    interface Rule {
        Span span(int index, int extent);
    }

    /** One window: position in the result, position of its image plane in the input, and what it covers there. */
    interface Window {
        void visit(int y, int plane, Span rows, Span columns);
    }

    /**
     * All windows of a pooling from {@code x [N, C, H, W]} to {@code y [N, C, H', W']}, in row-major order of
     * {@code y}.
     */
    static void forEachWindow(Shape x, Shape y, Rule rows, Rule columns, Window window) {
        int next = 0;
        for (int plane = 0; plane < x.dim(0) * x.dim(1); plane++) {
            for (int i = 0; i < y.dim(2); i++) {
                for (int j = 0; j < y.dim(3); j++) {
                    window.visit(
                            next++, plane * x.dim(2) * x.dim(3), rows.span(i, x.dim(2)), columns.span(j, x.dim(3)));
                }
            }
        }
    }
}
