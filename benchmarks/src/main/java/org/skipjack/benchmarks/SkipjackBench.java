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
import org.skipjack.nn.CrossEntropyLoss;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sgd;

/**
 * Skipjack on its CPU device, by its public interface: a training step records the forward pass and the loss, then minimises
 * it; inference evaluates the logits.
 *
 * <p>Its threads go to sleep by themselves some milliseconds after a step, so other sides' turns are theirs.
 */
public record SkipjackBench() implements Bench {

    @Override
    public String system() {
        return "skipjack";
    }

    @Override
    public String name() {
        return system();
    }

    @Override
    public boolean asItComes() {
        return true;
    }

    @Override
    public boolean required() {
        return true;
    }

    @Override
    public Session prepare(Problem problem, int threads) {
        return switch (problem.task()) {
            case TRAINING -> new Training(problem, Device.cpu(threads));
            case INFERENCE -> new Inference(problem, Device.cpu(threads));
        };
    }

    /** What both tasks have in common: the net, its weights and the images. */
    private abstract static class Prepared implements Session {
        final Problem problem;
        final Device device;
        final Module net;
        final Tensor images;
        float lossOfLastStep = Float.NaN;

        Prepared(Problem problem, Device device) {
            this.problem = problem;
            this.device = device;
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
            // Nothing here holds for the whole process.
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

        Training(Problem problem, Device device) {
            super(problem, device);
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
            return optimizer.step().plan(loss()).workspaceBytes();
        }
    }

    private static final class Inference extends Prepared {
        private float[] logits = {};

        Inference(Problem problem, Device device) {
            super(problem, device);
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
