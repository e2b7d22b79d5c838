package org.skipjack.core.cpu;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.cpu.Value.Form;
import org.skipjack.core.op.ArgMax;
import org.skipjack.core.op.AvgPool2d;
import org.skipjack.core.op.AvgPool2dGradient;
import org.skipjack.core.op.BatchNorm;
import org.skipjack.core.op.BatchNormInputGradient;
import org.skipjack.core.op.BatchNormSums;
import org.skipjack.core.op.BatchStatistics;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.BroadcastTo;
import org.skipjack.core.op.Concatenate;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.Conv2dInputGradient;
import org.skipjack.core.op.Conv2dWeightGradient;
import org.skipjack.core.op.CrossEntropy;
import org.skipjack.core.op.CrossEntropyGradient;
import org.skipjack.core.op.LogSoftmax;
import org.skipjack.core.op.MatMul;
import org.skipjack.core.op.Max;
import org.skipjack.core.op.MaxPool2d;
import org.skipjack.core.op.MaxPool2dGradient;
import org.skipjack.core.op.Op;
import org.skipjack.core.op.Pad;
import org.skipjack.core.op.Permute;
import org.skipjack.core.op.RandomUniform;
import org.skipjack.core.op.Reshape;
import org.skipjack.core.op.Slice;
import org.skipjack.core.op.Sum;
import org.skipjack.core.op.UnaryOp;

/** Which form an op takes given its operands; the whole knowledge of what can be done example by example. */
final class Forms {
    private static final int SMALL_MAP = 50;

    private Forms() {}

    static Form of(Op op, List<Value> in, Shape out, int batch) {
        if (batch == 0) {
            return Form.ROWS;
        }
        boolean batchedOut = out.rank() >= 1 && out.dim(0) == batch;
        boolean mapped = switch (op) {
            case BinaryOp b -> batchedOut && alignsWithBatch(in, out, batch);
            case UnaryOp u -> batchedOut && isBatch(in.getFirst(), batch);
            case Reshape r -> batchedOut && isBatch(in.getFirst(), batch) && !in.getFirst().integer;
            case Permute p -> isBatch(in.getFirst(), batch) && p.order().getFirst() == 0;
            case Pad p -> isBatch(in.getFirst(), batch) && p.axis() != 0;
            case Slice s -> isBatch(in.getFirst(), batch) && s.axis() != 0;
            case Concatenate c -> c.axis() != 0 && in.stream().anyMatch(v -> isBatch(v, batch));
            case BroadcastTo b -> batchedOut && broadcastsAlongBatch(in.getFirst(), out, batch);
            case RandomUniform r -> batchedOut;
            case Sum s -> isBatch(in.getFirst(), batch) && !s.axes().contains(0) && contiguous(s.axes());
            case Max m -> isBatch(in.getFirst(), batch) && !m.axes().contains(0) && contiguous(m.axes());
            case ArgMax a -> isBatch(in.getFirst(), batch) && a.axis() != 0;
            case MatMul m ->
                !m.transposeA() && isBatch(in.get(0), batch) && !in.get(1).batched();
            case FusedOp.BiasedConv c ->
                isBatch(in.getFirst(), batch) && !in.get(1).batched();
            case FusedOp.Linear l -> isBatch(in.getFirst(), batch) && !in.get(1).batched();
            case WinogradOp.Convolution c ->
                isBatch(in.getFirst(), batch) && !in.get(1).batched();
            case WinogradOp.InputGradient c ->
                isBatch(in.getFirst(), batch) && !in.get(1).batched();
            case WinogradOp.Swept s -> of(s.direct(), in, out, batch) == Form.MAP;
            case FusedOp.NormSigmoid n -> isBatch(in.getFirst(), batch);
            case FusedOp.NormSigmoidInputGradient n -> true;
            case LogSoftmax s -> isBatch(in.getFirst(), batch) && out.rank() >= 2;
            case Conv2d c -> isBatch(in.getFirst(), batch) && !in.get(1).batched();
            case Conv2dInputGradient c ->
                isBatch(in.getFirst(), batch) && !in.get(1).batched();
            case AvgPool2d p -> isBatch(in.getFirst(), batch);
            case AvgPool2dGradient p -> isBatch(in.getFirst(), batch);
            case MaxPool2d p -> isBatch(in.getFirst(), batch);
            case MaxPool2dGradient p -> isBatch(in.get(0), batch) && isBatch(in.get(1), batch);
            case FusedOp.ExtremePool p -> isBatch(in.getFirst(), batch);
            case FusedOp.ExtremePoolGradient p -> isBatch(in.get(0), batch) && isBatch(in.get(1), batch);
            case FusedOp.PoolNormInputGradient p -> isBatch(in.get(0), batch) && isBatch(in.get(1), batch);
            case BatchNorm b -> isBatch(in.getFirst(), batch);
            case BatchNormInputGradient b -> isBatch(in.get(0), batch) && isBatch(in.get(1), batch);
            case CrossEntropy c -> isBatch(in.getFirst(), batch);
            case CrossEntropyGradient c -> isBatch(in.getFirst(), batch);
            default -> false;
        };
        if (mapped) {
            return Form.MAP;
        }
        return overBatch(op, in, batch);
    }

    /** The form of an op that joins the examples of its operands. */
    private static Form overBatch(Op op, List<Value> in, int batch) {
        if (!isBatch(in.isEmpty() ? null : in.getFirst(), batch)) {
            return Form.ROWS;
        }
        boolean both = in.size() > 1 && isBatch(in.get(1), batch);
        return switch (op) {
            case Sum s ->
                s.axes().contains(0) && contiguous(s.axes().subList(1, s.axes().size())) ? Form.REDUCE : Form.ROWS;
            case BatchStatistics s -> Form.REDUCE;
            case BatchNormSums s -> both ? Form.REDUCE : Form.ROWS;
            case FusedOp.NormSigmoidSums s -> Form.REDUCE;
            case WinogradOp.WeightGradient c -> both ? Form.REDUCE : Form.ROWS;
            case WinogradOp.Swept s -> overBatch(s.direct(), in, batch);
            case Conv2dWeightGradient c -> both ? weightGradient(in.getFirst().shape) : Form.ROWS;
            case MatMul m -> both && m.transposeA() && !m.transposeB() ? Form.SWEEP : Form.ROWS;
            default -> Form.ROWS;
        };
    }

    /**
     * On small maps the sums over one block are short against joining their lanes, and there are many weights: there the
     * threads share the weights instead of the blocks.
     */
    private static Form weightGradient(Shape dy) {
        return dy.dim(2) * dy.dim(3) < SMALL_MAP ? Form.SWEEP : Form.REDUCE;
    }

    /** Whether operand {@code i} of an op that is not computed in rows is taken in lanes. */
    static boolean batched(Op op, int i, Value in, Shape out, int batch) {
        return switch (op) {
            case BinaryOp b -> in.batched() || (in.shape.rank() == out.rank() && hasBatchExtent(in, batch));
            case BroadcastTo b -> in.batched() || (in.shape.rank() == out.rank() && hasBatchExtent(in, batch));
            case RandomUniform r -> false;
            case MatMul m -> i == 0 || m.transposeA();
            case Conv2d c -> i == 0;
            case Conv2dInputGradient c -> i == 0;
            case FusedOp.BiasedConv c -> i == 0;
            case FusedOp.Linear l -> i == 0;
            case WinogradOp.Convolution c -> i == 0;
            case WinogradOp.InputGradient c -> i == 0;
            case WinogradOp.Swept s -> batched(s.direct(), i, in, out, batch);
            case BatchNorm b -> i == 0;
            case FusedOp.NormSigmoid n -> i == 0;
            case FusedOp.ExtremePool p -> i == 0;
            case FusedOp.ExtremePoolGradient p -> i <= 1;
            case FusedOp.PoolNormInputGradient p -> i <= 1;
            case FusedOp.NormSigmoidSums s -> i <= 2;
            case FusedOp.NormSigmoidInputGradient s -> i <= 2;
            case BatchNormSums b -> i <= 1;
            case BatchNormInputGradient b -> i <= 1;
            default -> true;
        };
    }

    /** Lies in lanes, or is an input that can be brought there. */
    private static boolean isBatch(@Nullable Value v, int batch) {
        return v != null && (v.batched() || bringable(v, batch));
    }

    private static boolean bringable(Value v, int batch) {
        return v.form == Form.DATA && v.shape.rank() >= 1 && v.shape.dim(0) == batch;
    }

    private static boolean hasBatchExtent(Value v, int batch) {
        return v.shape.rank() >= 1 && v.shape.dim(0) == batch && (batch > 1 || v.form == Form.DATA);
    }

    /** Some operand is batched, and each operand's batch dimension, if it has one, is the result's. */
    private static boolean alignsWithBatch(List<Value> in, Shape out, int batch) {
        boolean any = false;
        for (Value v : in) {
            any |= isBatch(v, batch);
            if (v.batched() && v.shape.rank() != out.rank()) {
                return false;
            }
        }
        return any;
    }

    private static boolean broadcastsAlongBatch(Value in, Shape out, int batch) {
        return in.batched() ? in.shape.rank() == out.rank() : batch > 1;
    }

    /** Whether the axes of an example that are reduced lie side by side. */
    private static boolean contiguous(List<Integer> axes) {
        for (int i = 1; i < axes.size(); i++) {
            if (axes.get(i) != axes.get(i - 1) + 1) {
                return false;
            }
        }
        return true;
    }
}
