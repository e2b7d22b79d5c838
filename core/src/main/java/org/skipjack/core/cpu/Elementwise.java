package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.cpu.Value.Form;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.UnaryOp;
import org.skipjack.kernels.ElementwiseLanes;
import org.skipjack.kernels.Lanes;

/**
 * A chain of element-wise ops as one loop over tiles that fit the first-level cache: each op is a pass over a tile, what
 * stays inside the chain lives in tile registers. A unit is 16 floats: one element of 16 examples, or 16 elements.
 */
final class Elementwise {
    private static final int TILE = 64;
    private static final int TILE_FLOATS = TILE * Lanes.COUNT;

    private interface Pass1 {
        void run(float[] out, int o, float[] a, int p, int n);
    }

    private interface Pass2 {
        void run(float[] out, int o, float[] a, int p, float[] b, int q, int n);
    }

    /** Where a pass reads or writes: a tile of memory, or a register of the loop. */
    private record Tile(Place place, int offset, boolean register) {
        int at(int unit, int block, int worker) {
            return place.at(block, worker) + offset + (register ? 0 : unit * Lanes.COUNT);
        }
    }

    /** One pass over a tile of {@code count} units from {@code unit}. */
    private interface Step {
        void run(int unit, int count, int block, int worker);
    }

    private record Unary(Pass1 pass, Tile out, Tile a) implements Step {
        @Override
        public void run(int unit, int count, int block, int worker) {
            pass.run(
                    out.place.array(),
                    out.at(unit, block, worker),
                    a.place.array(),
                    a.at(unit, block, worker),
                    count * Lanes.COUNT);
        }
    }

    private record Binary(Pass2 pass, Tile out, Tile a, Tile b) implements Step {
        @Override
        public void run(int unit, int count, int block, int worker) {
            pass.run(
                    out.place.array(),
                    out.at(unit, block, worker),
                    a.place.array(),
                    a.at(unit, block, worker),
                    b.place.array(),
                    b.at(unit, block, worker),
                    count * Lanes.COUNT);
        }
    }

    /** Spreads a narrower operand over the tile. */
    private record Spread(Tile out, Value source, int[] index) implements Step {
        @Override
        public void run(int unit, int count, int block, int worker) {
            spread(this, unit, count, block, worker);
        }
    }

    private final List<Value> chain;
    private final boolean lanes;
    private final int units;
    private final List<Step> steps = new ArrayList<>();
    private final Map<Value, Tile> tiles = new HashMap<>();
    private final Memory memory;
    private int registers;

    Elementwise(List<Value> chain, Memory memory) {
        this.chain = chain;
        this.memory = memory;
        this.lanes = chain.getFirst().batched();
        this.units =
                lanes ? chain.getFirst().elements() : Lanes.pad(chain.getFirst().elements()) / Lanes.COUNT;
        for (Value v : chain) {
            var operands = v.inputs.stream().map(in -> operand(v, in)).toList();
            Tile out = v.place == null ? register() : memory(v);
            tiles.put(v, out);
            if (v.op instanceof UnaryOp unary) {
                steps.add(new Unary(pass(unary), out, operands.getFirst()));
            } else {
                BinaryOp binary = (BinaryOp) Objects.requireNonNull(v.op);
                steps.add(new Binary(pass(binary), out, operands.get(0), operands.get(1)));
            }
        }
    }

    String label() {
        return chain.stream().map(v -> Objects.requireNonNull(v.op).label()).collect(Collectors.joining("+"))
                + chain.getFirst().shape;
    }

    /** Operations of one block. */
    long flops() {
        return (long) chain.size() * chain.getFirst().elements() * Lanes.COUNT;
    }

    /** Whether the loop can compute a value: in rows, operands must have its shape or be single numbers. */
    static boolean accepts(Value v) {
        return v.form == Form.MAP
                || (v.form == Form.ROWS
                        && v.inputs.stream()
                                .allMatch(in -> !in.integer
                                        && (in.shape.elements() == v.shape.elements() || in.shape.elements() == 1)));
    }

    private Tile operand(Value v, Value in) {
        // A view of what the chain has computed is all of that, see Fuse.
        Tile known = tiles.get(in.owner);
        if (known != null) {
            return known;
        }
        int[] index = lanes ? indexInExample(v, in) : in.shape.elements() == v.shape.elements() ? null : new int[units];
        if (index == null) {
            return memory(in);
        }
        Tile spread = register();
        steps.add(new Spread(spread, in, index));
        return spread;
    }

    private static Tile memory(Value v) {
        return new Tile(v.place(), v.viewOffset, false);
    }

    private Tile register() {
        Place place = memory.temporary(registers * TILE_FLOATS, TILE_FLOATS);
        registers++;
        return new Tile(place, 0, true);
    }

    /** For each element of an example the operand's element that it meets; null if they are the same. */
    private static int @Nullable [] indexInExample(Value v, Value in) {
        int rank = v.shape.rank() - 1;
        Shape example = example(v.shape);
        Shape own = in.shape.rank() == v.shape.rank() ? example(in.shape) : in.shape;
        if (in.batched() && own.equals(example)) {
            return null;
        }
        int[] strides = own.broadcastStrides(rank);
        int[] index = new int[example.elements()];
        for (int e = 0; e < index.length; e++) {
            int rest = e;
            for (int d = rank - 1; d >= 0; d--) {
                index[e] += rest % example.dim(d) * strides[d];
                rest /= example.dim(d);
            }
        }
        return index;
    }

    private static Shape example(Shape shape) {
        return Shape.of(Arrays.copyOfRange(shape.dims(), 1, shape.rank()));
    }

    /** Computes one block of examples. */
    void block(int block, int worker) {
        run(0, units, block, worker);
    }

    /** Computes {@code count} elements of what is not batched, and those that fill up the last 16. */
    void rows(int first, int count, int worker) {
        run(first / Lanes.COUNT, Lanes.pad(first + count) / Lanes.COUNT, 0, worker);
    }

    private void run(int first, int end, int block, int worker) {
        for (int unit = first; unit < end; unit += TILE) {
            int count = Math.min(TILE, end - unit);
            for (int i = 0; i < steps.size(); i++) {
                steps.get(i).run(unit, count, block, worker);
            }
        }
    }

    private static void spread(Spread step, int unit, int count, int task, int worker) {
        Place source = step.source.place();
        float[] from = source.array();
        int base = source.at(task, worker) + step.source.viewOffset;
        float[] to = step.out.place.array();
        int at = step.out.at(unit, task, worker);
        if (step.source.batched()) {
            for (int u = 0; u < count; u++) {
                System.arraycopy(
                        from, base + step.index[unit + u] * Lanes.COUNT, to, at + u * Lanes.COUNT, Lanes.COUNT);
            }
            return;
        }
        int u = 0;
        while (u < count) {
            int index = step.index[unit + u];
            int end = u + 1;
            while (end < count && step.index[unit + end] == index) {
                end++;
            }
            Arrays.fill(to, at + u * Lanes.COUNT, at + end * Lanes.COUNT, from[base + index]);
            u = end;
        }
    }

    private static Pass1 pass(UnaryOp op) {
        return switch (op) {
            case NEGATE -> ElementwiseLanes::negate;
            case ABS -> ElementwiseLanes::abs;
            case SQUARE -> ElementwiseLanes::square;
            case SQRT -> ElementwiseLanes::sqrt;
            case EXP -> ElementwiseLanes::exp;
            case LOG -> ElementwiseLanes::log;
            case SIGMOID -> ElementwiseLanes::sigmoid;
            case TANH -> ElementwiseLanes::tanh;
            case RELU -> ElementwiseLanes::relu;
        };
    }

    private static Pass2 pass(BinaryOp op) {
        return switch (op) {
            case ADD -> ElementwiseLanes::add;
            case SUBTRACT -> ElementwiseLanes::subtract;
            case MULTIPLY -> ElementwiseLanes::multiply;
            case DIVIDE -> ElementwiseLanes::divide;
            case MAXIMUM -> ElementwiseLanes::maximum;
            case MINIMUM -> ElementwiseLanes::minimum;
            case GREATER -> ElementwiseLanes::greater;
            case EQUAL -> ElementwiseLanes::equal;
            case SIGMOID_GRADIENT -> ElementwiseLanes::sigmoidGradient;
            case TANH_GRADIENT -> ElementwiseLanes::tanhGradient;
            case RELU_GRADIENT -> ElementwiseLanes::reluGradient;
        };
    }
}
