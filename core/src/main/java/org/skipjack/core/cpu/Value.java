package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Variable;
import org.skipjack.core.op.Op;

/** A node of the planner's own graph: what is computed, from what, in which form, when, and where it is kept. */
final class Value {
    /** How a value comes about. */
    enum Form {
        /** A variable's storage. */
        VARIABLE,
        /** An array bound at each run, one example after the other. */
        DATA,
        /** Example by example from batched operands: a kernel for each block of lanes. */
        MAP,
        /** Over the batch: a partial result for each block of lanes, joined in block order. */
        REDUCE,
        /** Over the batch with the outputs divided among the threads, after all blocks are there. */
        SWEEP,
        /** The same with a result that is batched. */
        SPREAD,
        /** A batched operand brought into rows, block by block. */
        COLLECT,
        /** From unbatched operands only, once for the whole batch. */
        ROWS
    }

    final int id;
    final @Nullable Op op;
    final List<Value> inputs;
    final Shape shape;
    final @Nullable Variable variable;
    final int dataIndex;
    final boolean integer;

    Form form;
    /** The value whose memory this one is a view of, at {@link #viewOffset} elements; itself if it owns memory. */
    Value owner = this;

    int viewOffset;
    /** Computed when variables change, not at each run. */
    boolean prepared;

    int stage;
    /** Position in the schedule. */
    int order;

    final List<Value> users = new ArrayList<>();
    /** The chain of element-wise ops that it is computed in, if any. */
    @Nullable
    List<Value> chain;

    @Nullable
    Place place;

    private Value(
            int id,
            @Nullable Op op,
            List<Value> inputs,
            Shape shape,
            @Nullable Variable variable,
            int dataIndex,
            boolean integer,
            Form form) {
        this.id = id;
        this.op = op;
        this.inputs = inputs;
        this.shape = shape;
        this.variable = variable;
        this.dataIndex = dataIndex;
        this.integer = integer;
        this.form = form;
        inputs.forEach(i -> i.users.add(this));
    }

    static Value variable(int id, Variable variable) {
        return new Value(id, null, List.of(), variable.shape(), variable, -1, false, Form.VARIABLE);
    }

    static Value data(int id, Shape shape, int dataIndex, boolean integer) {
        return new Value(id, null, List.of(), shape, null, dataIndex, integer, Form.DATA);
    }

    static Value computed(int id, Op op, List<Value> inputs, Shape shape, Form form) {
        return new Value(id, op, inputs, shape, null, -1, false, form);
    }

    /** Whether it lies in lanes, block by block. */
    boolean batched() {
        return form == Form.MAP || form == Form.SPREAD;
    }

    /** Whether it is computed when all blocks of its operands are there, by tasks that share the outputs. */
    boolean swept() {
        return form == Form.SWEEP || form == Form.SPREAD;
    }

    boolean leaf() {
        return form == Form.VARIABLE || form == Form.DATA;
    }

    /** Elements of one example if batched, else of the whole. */
    int elements() {
        return batched() ? shape.elements(1, shape.rank()) : shape.elements();
    }

    Value input(int i) {
        return inputs.get(i);
    }

    Place place() {
        Place found = owner.place;
        if (found == null) {
            throw new IllegalStateException("no memory for " + this);
        }
        return found;
    }

    @Override
    public String toString() {
        return (op != null ? op.label() : variable != null ? variable.name() : "data") + shape + " " + form;
    }
}
