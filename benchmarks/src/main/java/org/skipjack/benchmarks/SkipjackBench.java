package org.skipjack.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.skipjack.core.Device;
import org.skipjack.core.Evaluation;
import org.skipjack.core.Graph;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.core.backend.Executable;
import org.skipjack.nn.CrossEntropyLoss;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sgd;

/**
 * Skipjack on its CPU device, by its public interface: a training step records the forward pass and the loss, then minimises
 * it; inference evaluates the logits.
 *
 * <p>Its threads go to sleep by themselves some milliseconds after a step, so other sides' turns are theirs.
 *
 * @param without rules of the planner that are left out, as the property {@code skipjack.without} takes them
 */
public record SkipjackBench(String without) implements Bench {
    private static final String WITHOUT = "skipjack.without";

    /** As the property says, by itself with all rules. */
    public SkipjackBench() {
        this(System.getProperty(WITHOUT, ""));
    }

    @Override
    public String system() {
        return "skipjack";
    }

    @Override
    public String name() {
        return without.isEmpty() ? system() : system() + " without " + without;
    }

    @Override
    public boolean asItComes() {
        return without.isEmpty();
    }

    @Override
    public boolean required() {
        return asItComes();
    }

    @Override
    public Session prepare(Problem problem, int threads) {
        return switch (problem.task()) {
            case TRAINING -> new Training(problem, Device.cpu(threads), without);
            case INFERENCE -> new Inference(problem, Device.cpu(threads), without);
        };
    }

    /** The plan of a training step, as text. */
    String plan(Problem problem, int threads) {
        try (var training = new Training(problem, Device.cpu(threads), without)) {
            training.resume();
            return training.plan().explain();
        }
    }

    /** What both tasks have in common: the net, its weights and the images. */
    private abstract static class Prepared implements Session {
        final Problem problem;
        final Device device;
        private final String without;
        final Module net;
        final Tensor images;
        float lossOfLastStep = Float.NaN;

        Prepared(Problem problem, Device device, String without) {
            this.problem = problem;
            this.device = device;
            this.without = without;
            net = problem.net().create(new SplittableRandom(0)).to(device);
            images = Tensor.wrap(problem.images(), problem.batch(), 1, problem.size(), problem.size());
            loadWeights();
        }

        private void loadWeights() {
            var state = new LinkedHashMap<String, Tensor>();
            problem.state().forEach((name, values) -> state.put(name, Tensor.wrap(values, dims(name, values))));
            // The counters of batches are no part of a problem and have none in training: they keep their values.
            net.stateDict().forEach((name, own) -> {
                if (Problem.isCounter(name)) {
                    state.putIfAbsent(name, own);
                }
            });
            net.loadStateDict(state);
        }

        private int[] dims(String name, float[] values) {
            Variable own = net.stateDict().get(name);
            return own != null && own.shape().elements() == values.length
                    ? own.shape().dims()
                    : new int[] {values.length};
        }

        @Override
        public void restart() {
            loadWeights();
        }

        @Override
        public void resume() {
            // Read when a plan is made.
            System.setProperty(WITHOUT, without);
        }

        @Override
        public float lossOfLastStep() {
            return lossOfLastStep;
        }

        /** Bytes of a step's working memory. */
        abstract long workspaceBytes();

        @Override
        public OptionalLong plannedBytes() {
            long variables = net.stateDict().values().stream()
                    .mapToLong(variable -> (long) Float.BYTES * variable.shape().elements())
                    .sum();
            return OptionalLong.of(variables + workspaceBytes());
        }

        /** Of the whole JVM, so it only means Skipjack's as long as nothing else has been in there. */
        @Override
        public OptionalLong residentBytes() {
            return ProcessMemory.peakResidentBytes();
        }

        @Override
        public void close() {
            // The device's threads are asleep, and its memory goes with the last reference to it.
        }
    }

    private static final class Training extends Prepared {
        private final Sgd optimizer;
        private final CrossEntropyLoss criterion = new CrossEntropyLoss();
        private final Tensor labels;

        Training(Problem problem, Device device, String without) {
            super(problem, device, without);
            net.train();
            optimizer = new Sgd(net.parameters(), problem.net().learningRate());
            labels = Tensor.ofInts(problem.labels(), problem.batch());
        }

        private Tensor loss() {
            return criterion.forward(net.call(images), labels);
        }

        @Override
        public void step() {
            Tensor loss = loss();
            optimizer.minimize(loss);
            lossOfLastStep = loss.item();
        }

        @Override
        long workspaceBytes() {
            return plan().workspaceBytes();
        }

        private Executable plan() {
            return optimizer.step().plan(loss());
        }
    }

    private static final class Inference extends Prepared {
        private float[] logits = {};

        Inference(Problem problem, Device device, String without) {
            super(problem, device, without);
            net.eval();
        }

        @Override
        public void step() {
            Tensor output = net.call(images);
            Evaluation.evaluate(List.of(output));
            logits = output.toFloatArray();
        }

        @Override
        public float lossOfLastStep() {
            return problem.loss(logits);
        }

        @Override
        long workspaceBytes() {
            var graph = Graph.of(List.of(net.call(images)), List.of());
            return device.backend().compile(graph).workspaceBytes();
        }
    }
}
