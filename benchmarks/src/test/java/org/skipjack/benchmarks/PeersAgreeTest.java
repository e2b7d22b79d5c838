package org.skipjack.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The check before each timing, on small problems: it leaves out a side that computes another loss than Skipjack. */
class PeersAgreeTest {
    private static final AlternatingRun RUN = new AlternatingRun(Duration.ZERO, new Pace(0, 1), 1);

    /** In a batch of 8 one ReLU that rounding turns is as much as the tolerance; see {@link Net#RESNET18}. */
    @ParameterizedTest
    @EnumSource(Task.class)
    void onResNet(Task task) throws InterruptedException {
        requireAgreement(Problem.random(Net.RESNET18, task, 32, 64, 0));
    }

    @ParameterizedTest
    @EnumSource(Task.class)
    void onLeNet(Task task) throws InterruptedException {
        requireAgreement(Problem.random(Net.LENET_BN, task, 8, 28, 0));
    }

    private static void requireAgreement(Problem problem) throws InterruptedException {
        var sides = new ArrayList<Bench>(List.of(new SkipjackBench()));
        sides.addAll(LibTorchSetting.ALL);
        if (problem.task() == Task.INFERENCE) {
            sides.add(new OnnxRuntimeBench());
        }
        PyTorch.find(PyTorch.USUAL_PLACES).ifPresent(found -> sides.addAll(PyTorchBench.all(found, problem)));
        Comparison comparison = RUN.run(sides, problem, 2);
        assertThat(comparison.leftOut()).isEmpty();
        assertThat(comparison.results())
                .hasSameSizeAs(sides)
                .allSatisfy(result -> assertThat(result.lastLoss()).isPositive());
    }
}
