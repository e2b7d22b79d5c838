package org.skipjack.interop.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/**
 * A net that came from an ONNX model: it runs, trains and is saved like any other module. Its initialisers are parameters
 * under their names, running statistics are buffers; in training mode batch norms use and move the statistics of the batch,
 * and dropouts drop, as those of {@code org.skipjack.nn} do. {@link OnnxImport} makes it.
 *
 * <p>Shapes: {@code [N, ...]} with the extents of {@link #inputShape} becomes what the model's output is.
 */
public final class OnnxModule extends Scope {
    private final List<Step> steps = new ArrayList<>();
    private final Shape input;
    private final Map<String, String> metadata;
    private int output;

    /** One node: what it adds to the values so far. */
    record Step(String node, Rule rule) {
        /** The result; a refusal of shapes names the node. */
        Tensor compute(List<Tensor> values) {
            try {
                return rule.apply(values);
            } catch (ShapeMismatchException e) {
                throw e.within(node);
            }
        }
    }

    /** How a node's result comes from the values before it, of which it knows its own. */
    interface Rule {
        Tensor apply(List<Tensor> values);
    }

    OnnxModule(Shape input, Map<String, String> metadata) {
        this.input = input;
        this.metadata = Map.copyOf(metadata);
    }

    /** Adds a node whose result on those values is known already; gives the position of the result. */
    int add(Step step) {
        steps.add(step);
        return steps.size();
    }

    /** Says which value is the result: 0 is the input, others are positions of steps. */
    void output(int position) {
        output = position;
    }

    /** Extents of one input, without the batch. */
    public int[] inputShape() {
        return input.dims();
    }

    /** What was written with the model, such as the names of its classes. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * The model's output.
     *
     * @param x {@code [N, ...]}
     * @throws ShapeMismatchException if the extents are not those of the model's input, or if a batch of one leaves a batch
     *     norm one value per channel in training
     */
    @Override
    public Tensor forward(Tensor x) {
        Shape shape = x.shape();
        if (shape.rank() != input.rank() + 1 || !input.equals(tail(shape))) {
            throw new ShapeMismatchException(
                    "onnx",
                    "input has shape " + shape + ", the model expects [N, "
                            + input.toString().substring(1));
        }
        var values = new ArrayList<Tensor>(steps.size() + 1);
        values.add(x);
        for (Step step : steps) {
            values.add(step.compute(values));
        }
        return values.get(output);
    }

    private static Shape tail(Shape shape) {
        int[] dims = new int[shape.rank() - 1];
        System.arraycopy(shape.dims(), 1, dims, 0, dims.length);
        return Shape.of(dims);
    }
}
