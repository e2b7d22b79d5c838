package org.skipjack.interop.onnx;

import java.util.List;
import java.util.Optional;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.BatchNorm;
import org.skipjack.core.op.Concatenate;
import org.skipjack.nn.FoldedBatchNorm;

/**
 * A batch norm by statistics that do not depend on the input.
 *
 * @param input what is normalised
 * @param scale gamma, {@code [C]}
 * @param shift beta, {@code [C]}
 * @param mean C numbers of any shape
 * @param variance C numbers of any shape
 * @param epsilon added to the variance
 */
record Normalization(Tensor input, Tensor scale, Tensor shift, Tensor mean, Tensor variance, float epsilon) {

    /** The batch norm that a value is; empty if it is something else, or uses the batch's own statistics. */
    static Optional<Normalization> match(Recording recording, Tensor value) {
        if (!(value.op() instanceof BatchNorm op)) {
            return Optional.empty();
        }
        List<Tensor> operands = value.inputs();
        if (op.training() || !operands.stream().skip(1).allMatch(recording::isConstant)) {
            return Optional.empty();
        }
        Tensor statistics = operands.get(1);
        boolean joined = statistics.op() instanceof Concatenate rows
                && rows.axis() == 0
                && statistics.inputs().size() == 2;
        return Optional.of(new Normalization(
                operands.getFirst(),
                operands.get(2),
                operands.get(3),
                joined ? statistics.inputs().get(0) : statistics.slice(0, 0, 1),
                joined ? statistics.inputs().get(1) : statistics.slice(0, 1, 2),
                op.epsilon()));
    }

    /** The weight of a product in front, so that it gives the normalised values. */
    float[] foldWeight(Product product) {
        Tensor weight = product.weight();
        int inner =
                weight.shape().elements(product.outputAxis() + 1, weight.shape().rank());
        return folded().weight(weight.toFloatArray(), inner);
    }

    /** The bias of a product in front, so that it gives the normalised values. */
    float[] foldBias(Product product) {
        return folded().bias(product.bias().map(Tensor::toFloatArray).orElseGet(() -> new float[product.channels()]));
    }

    private FoldedBatchNorm folded() {
        return new FoldedBatchNorm(
                mean.toFloatArray(), variance.toFloatArray(), scale.toFloatArray(), shift.toFloatArray(), epsilon);
    }
}
