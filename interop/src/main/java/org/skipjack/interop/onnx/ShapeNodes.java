package org.skipjack.interop.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/** Nodes that move numbers without changing them. */
final class ShapeNodes {
    private ShapeNodes() {}

    static void register(Map<String, NodeKinds.Kind> kinds) {
        kinds.put("Concat", ShapeNodes::concatenate);
        kinds.put("Flatten", ShapeNodes::flatten);
        kinds.put("Pad", ShapeNodes::pad);
        kinds.put("Reshape", ShapeNodes::reshape);
        kinds.put("Slice", ShapeNodes::slice);
        kinds.put("Squeeze", ShapeNodes::squeeze);
        kinds.put("Transpose", ShapeNodes::transpose);
        kinds.put("Unsqueeze", ShapeNodes::unsqueeze);
    }

    private static OnnxModule.Rule concatenate(Node node) {
        node.requireInputs(1, Integer.MAX_VALUE);
        List<Node.Operand> parts = new ArrayList<>();
        for (int i = 0; i < node.inputs(); i++) {
            parts.add(node.data(i));
        }
        int axis = parts.getFirst().shape().axis(node.attributes().whole("axis", 1));
        return values -> Tensor.concatenate(
                axis, parts.stream().map(part -> part.in(values)).toArray(Tensor[]::new));
    }

    private static OnnxModule.Rule flatten(Node node) {
        node.requireInputs(1, 1);
        var x = node.data(0);
        int given = node.attributes().whole("axis", 1);
        int axis = given < 0 ? given + x.shape().rank() : given;
        if (axis < 1 || axis > x.shape().rank()) {
            throw new IllegalArgumentException(
                    "axis is " + given + ", expected 1 to " + x.shape().rank() + ", so that the batch stays");
        }
        return values -> {
            Tensor y = x.in(values);
            Shape shape = y.shape();
            return y.reshape(Shape.of(shape.elements(0, axis), shape.elements(axis, shape.rank())));
        };
    }

    /** 0 keeps an extent, -1 is what is left. A batch size that the model was written for stands for any other. */
    private static OnnxModule.Rule reshape(Node node) {
        node.requireInputs(1, 2);
        var x = node.data(0);
        int[] target = node.has(1)
                ? Arrays.stream(node.longs(1)).mapToInt(Math::toIntExact).toArray()
                : node.attributes().list("shape").orElseThrow(() -> new IllegalArgumentException("has no shape"));
        boolean zeroIsZero = node.attributes().flag("allowzero", false);
        boolean ofBatch = !node.isConstant(0) && target.length > 0 && target[0] > 0;
        int written = node.declaredBatch();
        if (ofBatch && (written == 0 || target[0] % written != 0)) {
            throw new IllegalArgumentException("target " + Arrays.toString(target)
                    + " does not keep the batch, expected 0 or -1 in the first place");
        }
        if (Arrays.stream(target).anyMatch(i -> i < -1)
                || Arrays.stream(target).filter(i -> i == -1).count() > 1) {
            throw new IllegalArgumentException(
                    "target " + Arrays.toString(target) + " has extents that mean nothing, expected one -1 at most");
        }
        return values -> {
            Tensor y = x.in(values);
            int[] dims = target.clone();
            if (ofBatch) {
                dims[0] = Math.multiplyExact(target[0] / written, y.shape().dim(0));
            }
            return y.reshape(resolved(dims, y.shape(), zeroIsZero));
        };
    }

    private static Shape resolved(int[] dims, Shape from, boolean zeroIsZero) {
        long known = 1;
        int open = -1;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] == 0 && !zeroIsZero) {
                dims[i] = from.dim(i);
            }
            if (dims[i] == -1) {
                open = i;
            } else {
                known = Math.multiplyExact(known, (long) dims[i]);
            }
        }
        if (open >= 0) {
            dims[open] = known == 0 ? 0 : (int) (from.elements() / known);
        }
        return Shape.of(dims);
    }

    /** Amounts in front of all dimensions, then behind all; below 0 they take away. An attribute before operator set 11. */
    private static OnnxModule.Rule pad(Node node) {
        node.requireInputs(1, 4);
        var x = node.data(0);
        String mode = node.attributes().text("mode", "constant");
        if (!mode.equals("constant")) {
            throw new IllegalArgumentException("mode is " + OnnxException.quote(mode) + ", supported is constant");
        }
        int rank = x.shape().rank();
        int[] listed = node.attributes().list("pads").orElse(new int[0]);
        int[] given = node.has(1) ? node.wholes(1) : listed;
        float number = node.attributes().number("value", 0);
        float value = node.has(2) ? node.scalar(2) : number;
        int[] axes = axes(node, 3, x.shape(), IntStream.range(0, rank).toArray());
        if (given.length != 2 * axes.length) {
            throw new IllegalArgumentException("pads has " + given.length + " numbers, expected " + 2 * axes.length);
        }
        return values -> {
            Tensor y = x.in(values);
            for (int i = 0; i < axes.length; i++) {
                int before = given[i];
                int after = given[i + axes.length];
                int extent = y.shape().dim(axes[i]);
                if (before < 0 || after < 0) {
                    y = y.slice(axes[i], Math.max(0, -before), extent - Math.max(0, -after));
                }
                y = Images.pad(y, axes[i], Math.max(0, before), Math.max(0, after), value);
            }
            return y;
        };
    }

    private static int[] axes(Node node, int operand, Shape shape, int... usual) {
        if (!node.has(operand)) {
            return usual;
        }
        int[] axes = Arrays.stream(node.wholes(operand)).map(shape::axis).toArray();
        if (Arrays.stream(axes).distinct().count() != axes.length) {
            throw new IllegalArgumentException("axes " + Arrays.toString(axes) + " name a dimension twice");
        }
        return axes;
    }

    private static OnnxModule.Rule slice(Node node) {
        node.requireInputs(3, 5);
        var x = node.data(0);
        long[] starts = node.longs(1);
        long[] ends = node.longs(2);
        int[] axes = axes(node, 3, x.shape(), IntStream.range(0, starts.length).toArray());
        if (node.has(4) && Arrays.stream(node.longs(4)).anyMatch(step -> step != 1)) {
            throw new IllegalArgumentException("steps are " + Arrays.toString(node.longs(4)) + ", supported is 1");
        }
        if (ends.length != starts.length || axes.length != starts.length) {
            throw new IllegalArgumentException("has " + starts.length + " starts, " + ends.length + " ends and "
                    + axes.length + " axes, expected as many of each");
        }
        return values -> {
            Tensor y = x.in(values);
            for (int i = 0; i < axes.length; i++) {
                int extent = y.shape().dim(axes[i]);
                int from = within(starts[i], extent);
                y = y.slice(axes[i], from, Math.max(from, within(ends[i], extent)));
            }
            return y;
        };
    }

    /** A position that counts from the end if it is negative, and stops at the borders. */
    private static int within(long position, int extent) {
        return (int) Math.clamp(position < 0 ? position + extent : position, 0L, (long) extent);
    }

    private static OnnxModule.Rule transpose(Node node) {
        node.requireInputs(1, 1);
        var x = node.data(0);
        int rank = x.shape().rank();
        int[] order = node.attributes()
                .list("perm")
                .orElseGet(() -> IntStream.range(0, rank).map(i -> rank - 1 - i).toArray());
        return values -> x.in(values).permute(order);
    }

    /** The axes are an attribute before operator set 13, an operand since. */
    private static int[] listed(Node node) {
        int[] axes = node.attributes().list("axes").orElse(new int[0]);
        return node.has(1) ? node.wholes(1) : axes;
    }

    private static OnnxModule.Rule squeeze(Node node) {
        node.requireInputs(1, 2);
        var x = node.data(0);
        List<Integer> axes =
                Arrays.stream(listed(node)).map(x.shape()::axis).boxed().toList();
        if (axes.isEmpty() || axes.stream().anyMatch(axis -> x.shape().dim(axis) != 1)) {
            throw new IllegalArgumentException(
                    "axes are " + axes + " of " + x.shape() + ", expected some dimensions of extent 1");
        }
        return values -> {
            Tensor y = x.in(values);
            return y.reshape(Shape.of(IntStream.range(0, y.shape().rank())
                    .filter(i -> !axes.contains(i))
                    .map(y.shape()::dim)
                    .toArray()));
        };
    }

    private static OnnxModule.Rule unsqueeze(Node node) {
        node.requireInputs(1, 2);
        var x = node.data(0);
        int[] listed = listed(node);
        int rank = x.shape().rank() + listed.length;
        List<Integer> axes = Arrays.stream(listed)
                .map(axis -> axis < 0 ? axis + rank : axis)
                .boxed()
                .toList();
        if (axes.stream().distinct().filter(axis -> axis >= 0 && axis < rank).count() != listed.length) {
            throw new IllegalArgumentException("axes are " + axes + ", expected different ones of 0 to " + (rank - 1));
        }
        return values -> {
            Tensor y = x.in(values);
            var extents = new ArrayList<Integer>();
            for (int i = 0, next = 0; i < rank; i++) {
                extents.add(axes.contains(i) ? 1 : y.shape().dim(next++));
            }
            return y.reshape(
                    Shape.of(extents.stream().mapToInt(Integer::intValue).toArray()));
        };
    }
}
