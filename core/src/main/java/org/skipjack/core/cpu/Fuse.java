package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.cpu.Value.Form;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.UnaryOp;

/**
 * Joins chains of element-wise ops that stand next to each other in a stage into one loop, so that what they hand on stays
 * in registers of the loop's tile and takes no memory.
 */
final class Fuse {
    /** Ops of the longest chain: each takes a tile, and a thread's tiles have to fit its share of memory. */
    private static final int LONGEST = 1024;

    private Fuse() {}

    static void run(Program program) {
        for (List<Value> stage : program.stages()) {
            var values = stage.stream().filter(v -> v.owner == v && !v.leaf()).toList();
            join(values.stream().filter(v -> v.form == Form.ROWS).toList());
            join(values.stream().filter(v -> v.form != Form.ROWS).toList());
        }
    }

    private static void join(List<Value> sequence) {
        @Nullable List<Value> open = null;
        for (Value v : sequence) {
            if (!(v.op instanceof UnaryOp || v.op instanceof BinaryOp) || !Elementwise.accepts(v)) {
                open = null;
                continue;
            }
            if (open == null
                    || open.size() == LONGEST
                    || open.getFirst().elements() != v.elements()
                    || readsPart(v, open)) {
                open = new ArrayList<>();
            }
            open.add(v);
            v.chain = open;
        }
    }

    /** Whether an operand is a part of what the chain computes, which a tile meets elsewhere than in the same tile. */
    private static boolean readsPart(Value v, List<Value> chain) {
        return v.inputs.stream().anyMatch(in -> chain.equals(in.owner.chain) && in.elements() != v.elements());
    }
}
