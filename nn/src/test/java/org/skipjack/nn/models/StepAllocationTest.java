package org.skipjack.nn.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.skipjack.core.Device;
import org.skipjack.core.Tensor;
import org.skipjack.nn.CrossEntropyLoss;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
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

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Module net = new LeNetBn(1, 10, Init.generator(0)).to(Device.cpu(2));
    private final Sgd sgd = new Sgd(net.parameters(), 0.1f);
    private final CrossEntropyLoss criterion = new CrossEntropyLoss();
    private final float[] images = new float[BATCH * 28 * 28];
    private final int[] labels = new Random(0).ints(BATCH, 0, 10).toArray();

    /** Bytes for each step of a round. */
    private record Allocation(long caller, long workers) {
        boolean withinBudget() {
            return caller <= CALLER_BUDGET && workers <= WORKERS_BUDGET;
        }
    }

    @Test
    void aStepOfLeNetBnAllocatesItsExpressionAndNothingElse() {
        assumeTrue(threads.isThreadAllocatedMemorySupported());
        var random = new Random(1);
        for (int i = 0; i < images.length; i++) {
            images[i] = random.nextFloat();
        }
        Allocation round = round();
        // Until the compiler is done with a kernel its vectors are objects; how long that takes depends on the machine.
        for (int i = 1; i < ROUNDS && !round.withinBudget(); i++) {
            round = round();
        }
        assertThat(round.caller()).as("bytes on the calling thread").isLessThanOrEqualTo(CALLER_BUDGET);
        assertThat(round.workers())
                .as("bytes on the other threads of the device")
                .isLessThanOrEqualTo(WORKERS_BUDGET);
    }

    private Allocation round() {
        long caller = threads.getCurrentThreadAllocatedBytes();
        long workers = allocatedByWorkers();
        for (int i = 0; i < STEPS_PER_ROUND; i++) {
            Tensor logits = net.call(Tensor.wrap(images, BATCH, 1, 28, 28));
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
