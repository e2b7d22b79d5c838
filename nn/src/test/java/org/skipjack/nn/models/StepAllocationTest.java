package org.skipjack.nn.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.skipjack.core.Device;
import org.skipjack.core.Tensor;
import org.skipjack.nn.AdaptiveAvgPool2d;
import org.skipjack.nn.BatchNorm2d;
import org.skipjack.nn.Conv2d;
import org.skipjack.nn.CrossEntropyLoss;
import org.skipjack.nn.Flatten;
import org.skipjack.nn.Init;
import org.skipjack.nn.Linear;
import org.skipjack.nn.Module;
import org.skipjack.nn.Relu;
import org.skipjack.nn.Sequential;
import org.skipjack.nn.Sgd;

/**
 * What a training step leaves on the heap once its kernels are compiled. A vector that escapes its kernel is boxed, 64
 * bytes for every 16 floats, so this also finds kernels that the compiler could not keep in registers.
 */
class StepAllocationTest {
    private static final int BATCH = 256;
    private static final int STEPS_PER_ROUND = 20;
    private static final int ROUNDS = 60;

    /** The step records 131 nodes of some 200 bytes each and its plan's key, together 28 KiB. */
    private static final long CALLER_BUDGET = 40 * 1024;

    /** Two small records for each task of a weight gradient. */
    private static final long WORKERS_BUDGET = 4 * 1024;

    /** Its residual block, of 32 channels on 12x12, is computed by Winograd's algorithm. */
    private static final long WINOGRAD_BUDGET = 64 * 1024;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final CrossEntropyLoss criterion = new CrossEntropyLoss();
    private final int[] labels = new Random(0).ints(BATCH, 0, 10).toArray();

    /** Bytes for each step of a round. */
    private record Allocation(long caller, long workers) {}

    @Test
    void aStepOfLeNetBnAllocatesItsExpressionAndNothingElse() {
        var net = new LeNetBn(1, 10, Init.generator(0));
        Allocation round = steadyRound(net, 28, r -> r.caller <= CALLER_BUDGET && r.workers <= WORKERS_BUDGET);
        assertThat(round.caller()).as("bytes on the calling thread").isLessThanOrEqualTo(CALLER_BUDGET);
        assertThat(round.workers())
                .as("bytes on the other threads of the device")
                .isLessThanOrEqualTo(WORKERS_BUDGET);
    }

    @Test
    void aStepOfAResidualBlockAllocatesLittleMore() {
        var net = new Sequential(
                new Conv2d(1, 32, 3),
                new BatchNorm2d(32),
                new Relu(),
                new Residual(32, 32),
                new AdaptiveAvgPool2d(1),
                new Flatten(),
                new Linear(32, 10));
        Allocation round = steadyRound(net, 14, r -> r.caller + r.workers <= WINOGRAD_BUDGET);
        assertThat(round.caller() + round.workers()).as("bytes on all threads").isLessThanOrEqualTo(WINOGRAD_BUDGET);
    }

    /** Until the compiler is done with a kernel its vectors are objects; how long that takes depends on the machine. */
    private Allocation steadyRound(Module net, int side, Predicate<Allocation> steady) {
        assumeTrue(threads.isThreadAllocatedMemorySupported());
        net.to(Device.cpu(2));
        var sgd = new Sgd(net.parameters(), 0.1f);
        var images = new float[BATCH * side * side];
        var random = new Random(1);
        for (int i = 0; i < images.length; i++) {
            images[i] = random.nextFloat();
        }
        Allocation round = round(net, sgd, images, side);
        for (int i = 1; i < ROUNDS && !steady.test(round); i++) {
            round = round(net, sgd, images, side);
        }
        return round;
    }

    private Allocation round(Module net, Sgd sgd, float[] images, int side) {
        long caller = threads.getCurrentThreadAllocatedBytes();
        long workers = allocatedByWorkers();
        for (int i = 0; i < STEPS_PER_ROUND; i++) {
            Tensor logits = net.call(Tensor.wrap(images, BATCH, 1, side, side));
            Tensor loss = criterion.forward(logits, Tensor.ofInts(labels, BATCH));
            sgd.minimize(loss);
            assertThat(loss.item()).isFinite();
        }
        return new Allocation(
                (threads.getCurrentThreadAllocatedBytes() - caller) / STEPS_PER_ROUND,
                (allocatedByWorkers() - workers) / STEPS_PER_ROUND);
    }

    private long allocatedByWorkers() {
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("skipjack-"))
                .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getThreadId()))
                .sum();
    }
}
