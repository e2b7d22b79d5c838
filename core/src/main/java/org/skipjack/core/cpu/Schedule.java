package org.skipjack.core.cpu;

import java.util.List;
import org.skipjack.core.cpu.Value.Form;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.UnaryOp;

/**
 * Third pass: cuts the program into stages. Within a stage all kernels of one block of examples run one after the other,
 * so that what they hand on stays in the cache; the next stage begins when the whole batch has passed, which only a
 * reduction over the batch makes necessary.
 */
final class Schedule {
    /** The stage of what is prepared. */
    static final int PREPARATION = -1;

    private Schedule() {}

    static void run(Program program) {
        for (Value v : program.values) {
            if (v.prepared) {
                v.stage = PREPARATION;
                v.order = v.id;
                continue;
            }
            for (Value in : v.inputs) {
                v.stage = Math.max(v.stage, program.batch == 0 ? next(v, in) : earliest(v, in));
            }
            v.order = v.id;
        }
        if (program.batch > 0) {
            postponeUpdates(program);
            postponeFilters(program);
        }
    }

    /** Where nothing is in lanes, a stage for each op that is not element by element, so that memory can be used again. */
    private static int next(Value v, Value in) {
        boolean joins = v.owner != v || v.op instanceof UnaryOp || v.op instanceof BinaryOp;
        return joins || in.owner.leaf() ? Math.max(0, in.stage) : in.stage + 1;
    }

    private static int earliest(Value v, Value in) {
        boolean mapped = in.owner.form == Form.MAP;
        boolean wait = v.form != Form.ROWS && v.owner == v && !in.owner.leaf() && !mapped;
        return wait ? in.stage + 1 : in.stage;
    }

    /**
     * Moves what is made of variables, or of values that are kept, to just before its first use: it takes memory for a shorter
     * time.
     */
    private static void postponeFilters(Program program) {
        for (Value v : program.values) {
            int lead = v.op instanceof WinogradOp.Filters ? 1 : 0;
            if ((lead == 1 || v.op instanceof SweepOp.TurnedFactors) && !v.prepared) {
                int first = v.users.stream().mapToInt(u -> u.stage).min().orElse(v.stage);
                v.stage = Math.max(v.stage, first - lead);
            }
        }
    }

    /** Moves what only feeds assignments to the end: it overwrites variables that earlier kernels still read. */
    private static void postponeUpdates(Program program) {
        int last = program.lastStage();
        List<Value> values = program.values;
        for (int i = values.size() - 1; i >= 0; i--) {
            Value v = values.get(i);
            boolean movable =
                    !v.prepared && (v.form == Form.ROWS || v.form == Form.SWEEP) && !(v.op instanceof SweepOp);
            if (movable && v.users.stream().allMatch(u -> u.form == Form.ROWS && u.stage == last)) {
                v.stage = last;
            }
        }
    }
}
