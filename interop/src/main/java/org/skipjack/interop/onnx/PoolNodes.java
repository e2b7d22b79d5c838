package org.skipjack.interop.onnx;

import java.util.Map;
import org.skipjack.core.Buffer;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.AvgPool2d;
import org.skipjack.core.op.MaxPool2d;
import org.skipjack.core.op.Window2d;

/** Pooling nodes. */
final class PoolNodes {
    private PoolNodes() {}

    static void register(Map<String, NodeKinds.Kind> kinds) {
        kinds.put("MaxPool", PoolNodes::max);
        kinds.put("AveragePool", PoolNodes::average);
        kinds.put("GlobalAveragePool", node -> global(node, false));
        kinds.put("GlobalMaxPool", node -> global(node, true));
    }

    private static Windows windows(Node node, Shape x) {
        Images.requireImages(x);
        int[] kernel = node.attributes()
                .list("kernel_shape")
                .orElseThrow(() -> new IllegalArgumentException("has no kernel_shape"));
        if (kernel.length != 2) {
            throw new IllegalArgumentException("kernel_shape has " + kernel.length + " numbers, expected 2");
        }
        var windows = Windows.of(node.attributes(), kernel, x);
        for (int d = 0; d < 2; d++) {
            if (windows.dilation(d) != 1) {
                throw new IllegalArgumentException("dilation is " + windows.dilation(d) + ", supported is 1");
            }
            int most = Math.max(windows.before(d), windows.after(d));
            if (most >= kernel[d]) {
                throw new IllegalArgumentException(
                        "pads are " + most + ", expected less than the kernel of " + kernel[d]);
            }
        }
        return windows;
    }

    /** Whether the padding is one that the pooling op has; else it is added in front. */
    private static boolean isOwn(Windows windows) {
        return windows.isEven()
                && windows.before(0) <= windows.kernel(0) / 2
                && windows.before(1) <= windows.kernel(1) / 2;
    }

    private static Window2d window(Windows windows, boolean padded) {
        return new Window2d(
                windows.kernel(0),
                windows.kernel(1),
                windows.stride(0),
                windows.stride(1),
                padded ? windows.before(0) : 0,
                padded ? windows.before(1) : 0);
    }

    private static OnnxModule.Rule max(Node node) {
        node.requireInputs(1, 1);
        var x = node.data(0);
        var windows = windows(node, x.shape());
        node.attributes().ignore("storage_order");
        boolean own = isOwn(windows);
        var op = new MaxPool2d(window(windows, own));
        return values -> Tensor.record(op, own ? x.in(values) : windows.pad(x.in(values), Float.NEGATIVE_INFINITY));
    }

    /** Where the op has no such padding, the mean over a padded window, and a factor for what should not have counted. */
    private static OnnxModule.Rule average(Node node) {
        node.requireInputs(1, 1);
        var x = node.data(0);
        boolean countPadding = node.attributes().flag("count_include_pad", false);
        var windows = windows(node, x.shape());
        if (isOwn(windows)) {
            var op = new AvgPool2d(window(windows, true), countPadding);
            return values -> Tensor.record(op, x.in(values));
        }
        var op = new AvgPool2d(window(windows, false), true);
        Buffer rows = factors(node, windows, 0, countPadding);
        Buffer columns = factors(node, windows, 1, countPadding);
        return values ->
                Tensor.record(op, windows.pad(x.in(values), 0)).mul(rows).mul(columns);
    }

    /** Places of each window by how many of them count. */
    private static Buffer factors(Node node, Windows windows, int d, boolean countPadding) {
        int out = windows.out(d);
        if (out > Attributes.MOST) {
            throw new IllegalArgumentException("has " + out + " windows, expected at most " + Attributes.MOST);
        }
        Shape shape = d == 0 ? Shape.of(out, 1) : Shape.of(out);
        var factors = new float[out];
        for (int i = 0; i < out; i++) {
            factors[i] = windows.kernel(d) / (float) windows.counted(d, i, countPadding);
        }
        return node.arithmetic("factors", shape, factors);
    }

    /** Over everything behind batch and channels. */
    private static OnnxModule.Rule global(Node node, boolean maximum) {
        node.requireInputs(1, 1);
        var x = node.data(0);
        Images.requireImages(x.shape());
        if (maximum) {
            return values -> x.in(values).max(true, 2, 3);
        }
        int rows = x.shape().dim(2);
        int columns = x.shape().dim(3);
        var op = new AvgPool2d(new Window2d(rows, columns, rows, columns, 0, 0), true);
        return values -> Tensor.record(op, x.in(values));
    }
}
