package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.skipjack.core.Assignment;
import org.skipjack.core.DType;
import org.skipjack.core.Graph;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.core.cpu.SweepOp.Pass;
import org.skipjack.core.cpu.Value.Form;
import org.skipjack.core.op.Conv2dInputGradient;
import org.skipjack.core.op.Conv2dWeightGradient;
import org.skipjack.core.op.Op;
import org.skipjack.core.op.Reshape;
import org.skipjack.core.op.Slice;
import org.skipjack.kernels.ConvGeometry;

/**
 * Second pass: decides what is batched. An op on batched operands is the same op on one example with every number
 * replaced by a vector of 16 examples; where that is so ({@link Forms}) it becomes a MAP, REDUCE or SWEEP, everything else
 * is computed in ROWS. Changes of layout are inserted where the two meet.
 */
final class Lift {
    private final Program program;
    private final IdentityHashMap<Tensor, Value> lifted = new IdentityHashMap<>();
    private final Map<Value, Value> inLanes = new HashMap<>();
    private final Map<Value, Value> inRows = new HashMap<>();
    private final Map<Made, Value> factors = new HashMap<>();

    /** What an op makes of a value. */
    private record Made(Op op, Value from) {}

    private Lift(int batch, int threads) {
        program = new Program(batch, threads);
    }

    /** {@code batch} examples in lanes, or none if it is 0. */
    static Program run(Graph graph, int batch, int threads) {
        var pass = new Lift(batch, threads);
        for (Tensor data : graph.data()) {
            Value value = Value.data(
                    pass.program.values.size(), data.shape(), pass.program.data.size(), data.dtype() == DType.INT32);
            pass.program.data.add(value);
            pass.lifted.put(data, pass.add(value));
        }
        for (Tensor node : graph.nodes()) {
            if (!pass.lifted.containsKey(node)) {
                pass.lifted.put(node, pass.lift(node));
            }
        }
        for (Tensor output : graph.outputs()) {
            pass.program.outputs.add(pass.rows(pass.get(output)));
        }
        for (Assignment assignment : graph.assignments()) {
            Value value = pass.rows(pass.get(assignment.value()));
            if (value.owner.leaf()) {
                value = pass.add(pass.computed(new PlannerOp.Copy(), List.of(value), value.shape, Form.ROWS));
            }
            pass.program.stores.add(new Program.Store(assignment.target(), value));
        }
        return pass.program;
    }

    private Value get(Tensor node) {
        return Objects.requireNonNull(lifted.get(node));
    }

    private Value add(Value value) {
        program.values.add(value);
        return value;
    }

    private Value computed(Op op, List<Value> inputs, Shape shape, Form form) {
        return Value.computed(program.values.size(), op, inputs, shape, form);
    }

    private Value lift(Tensor node) {
        if (node instanceof Variable variable) {
            return add(Value.variable(program.values.size(), variable));
        }
        Op op = Objects.requireNonNull(node.op());
        var inputs = new ArrayList<Value>();
        node.inputs().forEach(t -> inputs.add(get(t)));
        Form form = Forms.of(op, inputs, node.shape(), program.batch);
        for (int i = 0; i < inputs.size(); i++) {
            boolean lanes = form != Form.ROWS && Forms.batched(op, i, inputs.get(i), node.shape(), program.batch);
            inputs.set(i, lanes ? lanes(inputs.get(i)) : rows(inputs.get(i)));
        }
        if (op instanceof WinogradOp.Swept swept && form != Form.ROWS) {
            return swept(swept, inputs, node.shape());
        }
        Value value = add(computed(op, inputs, node.shape(), form));
        if (op instanceof Reshape) {
            view(value, 0);
        } else if (op instanceof Slice slice && form == Form.ROWS && contiguous(slice, inputs.getFirst().shape)) {
            Shape in = inputs.getFirst().shape;
            view(value, slice.from() * in.elements(slice.axis() + 1, in.rank()));
        }
        return value;
    }

    /** A convolution or a gradient of it in parts; those that make tiles are shared where two gradients read the same. */
    private Value swept(WinogradOp.Swept op, List<Value> inputs, Shape shape) {
        ConvGeometry g = op.geometry();
        Value in = inputs.getFirst();
        if (op.direct() instanceof Conv2dWeightGradient) {
            int numbers = LowerSweep.gradient(g, program).factors();
            Value gradients = factors(g, Pass.INPUT_GRADIENT, in);
            Value turned = part(new SweepOp.TurnedFactors(g), List.of(inputs.get(1)), numbers, Form.MAP);
            return add(computed(new SweepOp.WeightGradient(g), List.of(gradients, turned), shape, Form.SWEEP));
        }
        Pass pass = op.direct() instanceof Conv2dInputGradient ? Pass.INPUT_GRADIENT : Pass.FORWARD;
        int products = LowerSweep.sweep(g, pass, program).products();
        Value sums = part(
                new SweepOp.Products(g, pass), List.of(factors(g, pass, in), inputs.get(1)), products, Form.SPREAD);
        var ends = new ArrayList<Value>(inputs.subList(2, inputs.size()));
        ends.addFirst(sums);
        return add(computed(new SweepOp.Results(g, pass), ends, shape, Form.MAP));
    }

    private Value factors(ConvGeometry g, Pass pass, Value maps) {
        var op = new SweepOp.Factors(g, pass);
        return factors.computeIfAbsent(
                new Made(op, maps),
                k -> part(op, List.of(maps), LowerSweep.sweep(g, pass, program).factors(), Form.MAP));
    }

    private Value part(Op op, List<Value> inputs, int numbers, Form form) {
        return add(computed(op, inputs, Shape.of(program.batch, numbers), form));
    }

    /** Makes a value a view of its operand's memory. */
    private static void view(Value value, int offset) {
        Value in = value.input(0);
        if (in.integer) {
            return;
        }
        value.owner = in.owner;
        value.viewOffset = in.viewOffset + offset;
    }

    private static boolean contiguous(Slice slice, Shape in) {
        return in.elements(0, slice.axis()) == 1;
    }

    private Value lanes(Value value) {
        return value.batched()
                ? value
                : inLanes.computeIfAbsent(
                        value, v -> add(computed(new PlannerOp.ToLanes(), List.of(v), v.shape, Form.MAP)));
    }

    /** Bound arrays are copied: kernels on rows work in whole vectors, which a user's array need not fill. */
    private Value rows(Value value) {
        if (value.batched()) {
            return inRows.computeIfAbsent(
                    value, v -> add(computed(new PlannerOp.ToRows(), List.of(v), v.shape, Form.COLLECT)));
        }
        return value.form == Form.DATA && !value.integer
                ? inRows.computeIfAbsent(
                        value, v -> add(computed(new PlannerOp.Copy(), List.of(v), v.shape, Form.ROWS)))
                : value;
    }
}
