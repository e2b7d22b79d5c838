package org.skipjack.core.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skipjack.core.Gradients;
import org.skipjack.core.Tensor;

/** Ops that are gradients themselves say so when they are to be differentiated. */
class SecondDerivativesTest {
    private static final Tensor X = Tensor.full(2, 4, 2, 4, 4);

    static Stream<Op> oncePerOp() {
        var window = Window2d.of(2, 2);
        return Stream.of(
                Conv2d.of(1, 0),
                new AvgPool2d(window, true),
                new MaxPool2d(window),
                new AdaptiveAvgPool2d(1, 1),
                new BatchNorm(1e-5f, true),
                new CrossEntropy());
    }

    @ParameterizedTest
    @MethodSource("oncePerOp")
    void areRefusedByName(Op op) {
        Tensor x = op instanceof CrossEntropy ? Tensor.of(new float[6], 2, 3) : X.add(0);
        Tensor result = switch (op) {
            case Conv2d conv -> Tensor.record(conv, x, x.square());
            case BatchNorm norm -> {
                Tensor statistics = Tensor.record(new BatchStatistics(), x);
                yield Tensor.record(norm, x, statistics, Tensor.full(1, 2), Tensor.full(0, 2));
            }
            case CrossEntropy loss -> Tensor.record(loss, x, Tensor.full(1, 2));
            default -> Tensor.record(op, x);
        };
        Tensor once = Gradients.of(result.square().sum(), List.of(x)).getFirst();

        assertThat(once.shape()).isEqualTo(x.shape());
        assertThatThrownBy(() -> Gradients.of(once.sum(), List.of(x)))
                .isInstanceOf(GradientException.class)
                .hasMessageMatching(
                        "\\[" + op.label() + ".*]: is itself a gradient;" + " second derivatives are not available");
    }
}
