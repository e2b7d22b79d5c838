package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.skipjack.core.Shape;
import org.skipjack.core.cpu.Value.Form;
import org.skipjack.core.op.ArgMax;
import org.skipjack.core.op.BroadcastTo;
import org.skipjack.core.op.Constant;
import org.skipjack.core.op.Max;
import org.skipjack.core.op.Op;
import org.skipjack.core.op.RandomUniform;
import org.skipjack.core.op.Sum;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.LayoutLanes;
import org.skipjack.kernels.ReduceLanes;

/**
 * Kernels that move values or reduce them, and the way out for everything that has no kernel: the op's own definition,
 * computed in double precision by one thread.
 */
final class LowerMoves {
    private final Lower to;

    LowerMoves(Lower to) {
        this.to = to;
    }

    void lower(Value v) {
        Op op = Objects.requireNonNull(v.op);
        switch (op) {
            case PlannerOp.ToLanes move -> toLanes(v);
            case PlannerOp.ToRows move -> toRows(v);
            case PlannerOp.Copy move -> copy(v);
            case Constant constant -> constant(v, constant);
            default -> {
                if (v.form == Form.REDUCE) {
                    sumOverBatch(v, (Sum) op);
                } else if (v.form == Form.MAP) {
                    map(v, op);
                } else {
                    define(v, op);
                }
            }
        }
    }

    private void map(Value v, Op op) {
        switch (op) {
            case Sum sum -> reduce(v, sum.axes());
            case Max max -> reduce(v, max.axes());
            case ArgMax max -> reduce(v, List.of(max.axis()));
            case RandomUniform random -> random(v, random);
            default -> gather(v, op);
        }
    }

    private void toLanes(Value v) {
        Value in = v.input(0);
        Place from = in.place();
        Place out = v.place();
        int n = v.elements();
        int offset = in.viewOffset;
        to.perBlock(v.toString(), 0, (b, t) -> {
            int row = b * Lanes.COUNT * n;
            if (in.integer) {
                LayoutLanes.fromInts(out.array(), out.at(b, t), from.ints(), row, n, to.valid(b));
            } else {
                LayoutLanes.fromRows(
                        out.array(), out.at(b, t), from.array(), from.at(0, t) + offset + row, n, to.valid(b));
            }
        });
    }

    private void toRows(Value v) {
        Value in = v.input(0);
        Place from = in.place();
        Place out = v.place();
        int n = in.elements();
        to.perBlock(
                v.toString(),
                0,
                (b, t) -> LayoutLanes.toRows(
                        out.array(), out.at(0, t) + b * Lanes.COUNT * n, from.array(), from.at(b, t), n, to.valid(b)));
    }

    private void copy(Value v) {
        var from = new Operand(v.input(0));
        Place out = v.place();
        int n = v.elements();
        to.ranges(
                v.toString(),
                1,
                n,
                (first, count, t) ->
                        System.arraycopy(from.array(), from.at() + first, out.array(), out.at(0, 0) + first, count));
    }

    private void constant(Value v, Constant constant) {
        Place out = v.place();
        to.ranges(v.toString(), 1, v.elements(), (first, count, t) -> {
            int at = out.at(0, 0) + first;
            Arrays.fill(out.array(), at, at + count, constant.value());
        });
    }

    /** Extents before, along and after the reduced axes of an example. */
    private record Split(int outer, int reduced, int inner) {
        static Split of(Shape shape, List<Integer> axes) {
            if (axes.isEmpty()) {
                return new Split(shape.elements(1, shape.rank()), 1, 1);
            }
            int first = axes.getFirst();
            int end = axes.getLast() + 1;
            return new Split(shape.elements(1, first), shape.elements(first, end), shape.elements(end, shape.rank()));
        }
    }

    private void reduce(Value v, List<Integer> axes) {
        Place x = v.input(0).place();
        Place y = v.place();
        var s = Split.of(v.input(0).shape, axes);
        Op op = Objects.requireNonNull(v.op);
        to.perBlock(v.toString(), (long) v.input(0).elements() * Lanes.COUNT, (b, t) -> {
            if (op instanceof Sum) {
                ReduceLanes.sum(y.array(), y.at(b, t), x.array(), x.at(b, t), s.outer, s.reduced, s.inner);
            } else if (op instanceof Max) {
                ReduceLanes.maximum(y.array(), y.at(b, t), x.array(), x.at(b, t), s.outer, s.reduced, s.inner);
            } else {
                ReduceLanes.argMax(y.array(), y.at(b, t), x.array(), x.at(b, t), s.outer, s.reduced, s.inner);
            }
        });
    }

    private void sumOverBatch(Value v, Sum sum) {
        Place x = v.input(0).place();
        var s = Split.of(v.input(0).shape, sum.axes().subList(1, sum.axes().size()));
        int n = v.elements();
        Place within = to.memory.temporary(0, n * Lanes.COUNT);
        Place partial = to.memory.extraPerBlock(n);
        to.perBlock(v.toString(), (long) v.input(0).elements() * Lanes.COUNT, (b, t) -> {
            ReduceLanes.sum(within.array(), within.at(b, t), x.array(), x.at(b, t), s.outer, s.reduced, s.inner);
            ReduceLanes.lanes(partial.array(), partial.at(b, t), within.array(), within.at(b, t), n, to.valid(b));
        });
        to.joinBlocks(v, partial, n);
    }

    private void random(Value v, RandomUniform op) {
        var counter = new Operand(v.input(0));
        Place out = v.place();
        int n = v.elements();
        to.perBlock(v.toString(), 0, (b, t) -> {
            long count = (long) counter.array()[counter.at()];
            float[] to = out.array();
            int at = out.at(b, t);
            for (int e = 0; e < n; e++) {
                for (int l = 0; l < Lanes.COUNT; l++) {
                    to[at + e * Lanes.COUNT + l] = RandomUniform.at(op.seed(), count, (b * Lanes.COUNT + l) * n + e);
                }
            }
        });
    }

    /**
     * Any op that only moves elements within an example: its definition, applied once to the numbers of the elements, tells
     * where each element of the result comes from.
     */
    private void gather(Value v, Op op) {
        int batch = to.program.batch;
        var numbered = new ArrayList<Op.Operand>();
        int inputs = v.inputs.size();
        for (int i = 0; i < inputs; i++) {
            Value in = v.input(i);
            boolean wide = in.shape.rank() > 0 && in.shape.dim(0) == batch && in.batched();
            Shape one = wide ? in.shape.with(0, 1) : in.shape;
            var numbers = new double[one.elements()];
            for (int e = 0; e < numbers.length; e++) {
                numbers[e] = 1 + i + (double) e * inputs;
            }
            numbered.add(new Op.Operand(one, numbers));
        }
        Shape one = v.shape.with(0, 1);
        Op single = op instanceof BroadcastTo ? new BroadcastTo(one) : op;
        double[] moved = single.define(numbered, one);
        int[] source = new int[moved.length];
        int[] element = new int[moved.length];
        for (int e = 0; e < moved.length; e++) {
            long number = (long) moved[e] - 1;
            source[e] = number < 0 ? -1 : (int) (number % inputs);
            element[e] = (int) (number / inputs);
        }
        Place out = v.place();
        to.perBlock(v.toString(), 0, (b, t) -> gather(v.inputs, source, element, out, b, t));
    }

    private static void gather(List<Value> inputs, int[] source, int[] element, Place out, int block, int worker) {
        float[] to = out.array();
        int at = out.at(block, worker);
        for (int e = 0; e < source.length; e++) {
            if (source[e] < 0) {
                Arrays.fill(to, at, at + Lanes.COUNT, 0f);
            } else {
                Value in = inputs.get(source[e]);
                Place place = in.place();
                float[] from = place.array();
                int base = place.at(block, worker) + in.viewOffset;
                if (in.batched()) {
                    System.arraycopy(from, base + element[e] * Lanes.COUNT, to, at, Lanes.COUNT);
                } else {
                    Arrays.fill(to, at, at + Lanes.COUNT, from[base + element[e]]);
                }
            }
            at += Lanes.COUNT;
        }
    }

    private void define(Value v, Op op) {
        Place out = v.place();
        to.serial(v + " by definition", 0, (b, t) -> {
            var operands = new ArrayList<Op.Operand>();
            for (Value in : v.inputs) {
                operands.add(new Op.Operand(in.shape, widen(in)));
            }
            double[] result = op.define(operands, v.shape);
            float[] array = out.array();
            int at = out.at(0, 0);
            for (int i = 0; i < result.length; i++) {
                array[at + i] = (float) result[i];
            }
        });
    }

    private static double[] widen(Value in) {
        var wide = new double[in.shape.elements()];
        if (in.integer) {
            int[] from = in.place().ints();
            for (int i = 0; i < wide.length; i++) {
                wide[i] = from[i];
            }
            return wide;
        }
        float[] from = in.place().array();
        int at = in.place().at(0, 0) + in.viewOffset;
        for (int i = 0; i < wide.length; i++) {
            wide[i] = from[at + i];
        }
        return wide;
    }
}
