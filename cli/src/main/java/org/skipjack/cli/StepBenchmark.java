package org.skipjack.cli;

import com.sun.management.ThreadMXBean;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Evaluation;
import org.skipjack.core.Graph;
import org.skipjack.core.Tensor;
import org.skipjack.core.backend.Executable;
import org.skipjack.core.backend.KernelTime;
import org.skipjack.nn.CrossEntropyLoss;
import org.skipjack.nn.Module;
import org.skipjack.nn.Optimizer;
import org.skipjack.nn.Sgd;

/**
 * Times training steps, forward, backward and update, or inference, forward alone, on batches of noise that lie in memory.
 *
 * <p>Before that it warms up, until the compiler has been idle for a while. The step time does not tell when that is: it moves with
 * what other programs do to the machine. The program counts as warm before that, since steps take as long as those that are timed
 * afterwards, but for a tenth: what is compiled last hardly matters.
 */
final class StepBenchmark {

    /** Several, so that one batch's lines do not stay in the caches from step to step. */
    private static final int BATCHES = 4;

    private static final int WINDOW_STEPS = 3;
    private static final double WINDOW_SECONDS = 0.25;
    private static final int IDLE_WINDOWS = 3;
    private static final double BUSY_COMPILER_SHARE = 0.05;

    private static final double NANOS = 1e9;

    private final Module module;
    private final boolean inference;
    private final Optimizer optimizer;
    private final CrossEntropyLoss criterion = new CrossEntropyLoss();
    private final int[] shape;
    private final float[][] images = new float[BATCHES][];
    private final int[][] labels = new int[BATCHES][];
    private int step;
    private float loss;

    /**
     * What was measured.
     *
     * @param seconds of each step, ascending
     * @param warmUpSeconds from the first step until steps took no longer than those that were timed, but for a tenth
     * @param compilerSeconds from the first step until the compiler was idle
     * @param allocatedBytesPerStep on the Java heap, by all threads
     * @param loss of the last step's batch
     */
    @SuppressWarnings("ArrayRecordComponent") // made and read once; never compared
    record Result(
            double[] seconds, double warmUpSeconds, double compilerSeconds, double allocatedBytesPerStep, float loss) {

        /** The step that a share of all steps did not exceed. */
        double quantile(double share) {
            return StepBenchmark.quantile(seconds, share);
        }
    }

    StepBenchmark(Module module, boolean inference, int[] shape, int classes, float learningRate, long seed) {
        this.module = module;
        this.inference = inference;
        this.shape = shape;
        this.optimizer = new Sgd(module.parameters(), learningRate);
        var random = new SplittableRandom(seed);
        int values = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        for (int b = 0; b < BATCHES; b++) {
            images[b] = new float[values];
            for (int i = 0; i < values; i++) {
                images[b][i] = random.nextFloat();
            }
            labels[b] = random.ints(shape[0], 0, classes).toArray();
        }
    }

    /**
     * Warms up and measures.
     *
     * @param steps how many to time
     * @param warmUpLimit seconds after which the measurement begins, steady or not
     */
    Result run(int steps, double warmUpLimit) {
        if (inference) {
            module.eval();
        } else {
            module.train();
        }
        // The warm-up takes more steps on a busy machine; the loss that is reported shall not depend on that.
        var initial = new LinkedHashMap<String, Tensor>();
        module.stateDict()
                .forEach((name, variable) -> initial.put(
                        name,
                        Tensor.wrap(variable.toFloatArray(), variable.shape().dims())));
        var windows = new ArrayList<StepWindow>();
        double compiler = warmUp(warmUpLimit, windows);
        module.loadStateDict(initial);
        step = 0;
        var seconds = new double[steps];
        long allocatedBefore = allocatedBytes();
        for (int i = 0; i < steps; i++) {
            seconds[i] = timedStep();
        }
        double allocated = (double) (allocatedBytes() - allocatedBefore) / steps;
        if (inference) {
            int last = (step - 1) % BATCHES;
            loss = mean(logits(last), last).item();
        }
        Arrays.sort(seconds);
        double warm = StepWindow.warm(windows, quantile(seconds, 0.5), compiler);
        return new Result(seconds, warm, compiler, allocated, loss);
    }

    private static double quantile(double[] ascending, double share) {
        return ascending[(int) Math.round(share * (ascending.length - 1))];
    }

    /** The kernels of a step with their times, on average over some steps; in training they change the weights as any step does. */
    List<KernelTime> kernels(int steps) {
        Tensor result = inference ? logits(0) : mean(logits(0), 0);
        Executable plan =
                inference ? Evaluation.plan(List.of(result)) : optimizer.step().plan(result);
        return plan.time(Graph.of(List.of(result), List.of()).data(), steps);
    }

    /** Steps until the compiler is idle or the limit is reached; returns the seconds until then. */
    private double warmUp(double limit, List<StepWindow> windows) {
        long start = System.nanoTime();
        double idleSince = 0;
        for (int idle = 0; idle < IDLE_WINDOWS; ) {
            double windowStart = since(start);
            if (windowStart > limit) {
                return windowStart;
            }
            long compiled = compilationMillis();
            var seconds = DoubleStream.builder();
            // The first step is one by itself: it plans and compiles, and a median of three would not show that.
            int least = windows.isEmpty() ? 1 : WINDOW_STEPS;
            for (int i = 0; i < least || since(start) - windowStart < WINDOW_SECONDS; i++) {
                seconds.add(timedStep());
            }
            windows.add(new StepWindow(
                    windowStart, quantile(seconds.build().sorted().toArray(), 0.5)));
            double compiling = (compilationMillis() - compiled) / 1e3;
            if (compiling > BUSY_COMPILER_SHARE * (since(start) - windowStart)) {
                idle = 0;
            } else if (idle++ == 0) {
                idleSince = windowStart;
            }
        }
        return idleSince;
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / NANOS;
    }

    private double timedStep() {
        int batch = step++ % BATCHES;
        long start = System.nanoTime();
        Tensor logits = logits(batch);
        if (inference) {
            Evaluation.evaluate(List.of(logits));
            return since(start);
        }
        Tensor mean = mean(logits, batch);
        optimizer.minimize(mean);
        loss = mean.item();
        double seconds = since(start);
        if (!Float.isFinite(loss)) {
            throw new IllegalStateException("the loss became " + loss + " in step " + step
                    + ": what would be timed is not a training; give a smaller --learning-rate");
        }
        return seconds;
    }

    private Tensor logits(int batch) {
        return module.call(Tensor.wrap(images[batch], shape));
    }

    private Tensor mean(Tensor logits, int batch) {
        return criterion.forward(logits, Tensor.ofInts(labels[batch], shape[0]));
    }

    private static long compilationMillis() {
        @Nullable CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        return compiler != null && compiler.isCompilationTimeMonitoringSupported()
                ? compiler.getTotalCompilationTime()
                : 0;
    }

    private static long allocatedBytes() {
        return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                ? threads.getTotalThreadAllocatedBytes()
                : 0;
    }
}
