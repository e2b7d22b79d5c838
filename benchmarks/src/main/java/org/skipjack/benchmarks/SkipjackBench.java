package org.skipjack.benchmarks;

import java.util.LinkedHashMap;
import java.util.SplittableRandom;
import org.skipjack.core.Device;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.nn.CrossEntropyLoss;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sgd;
import org.skipjack.nn.models.LeNetBn;

/**
 * Skipjack on its CPU device, by its public interface: a step records the forward pass and the loss, then minimises it.
 *
 * <p>Its threads go to sleep by themselves some milliseconds after a step, so other sides' turns are theirs.
 */
public record SkipjackBench() implements TrainingBench {
    private static final int CLASSES = 10;

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
    public Session prepare(TrainingProblem problem, int threads) {
        return new Training(problem, threads);
    }

    private static final class Training implements Session {
        private final TrainingProblem problem;
        private final Module net;
        private final Sgd optimizer;
        private final CrossEntropyLoss criterion = new CrossEntropyLoss();
        private final Tensor images;
        private final Tensor labels;
        private float lossOfLastStep = Float.NaN;

        Training(TrainingProblem problem, int threads) {
            this.problem = problem;
            net = new LeNetBn(1, CLASSES, new SplittableRandom(0)).to(Device.cpu(threads));
            net.train();
            optimizer = new Sgd(net.parameters(), problem.learningRate());
            images = Tensor.wrap(
                    problem.images(), problem.batch(), 1, TrainingProblem.IMAGE_SIZE, TrainingProblem.IMAGE_SIZE);
            labels = Tensor.ofInts(problem.labels(), problem.batch());
            restart();
        }

        @Override
        public void restart() {
            var state = new LinkedHashMap<String, Tensor>();
            problem.state().forEach((name, values) -> state.put(name, Tensor.wrap(values, dims(name, values))));
            // The counters of batches are no part of a problem and have none in training: they keep their values.
            net.stateDict().forEach((name, own) -> {
                if (name.endsWith(".num_batches_tracked")) {
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
        public void resume() {
            // Nothing here holds for the whole process.
        }

        @Override
        public void step() {
            Tensor loss = criterion.forward(net.call(images), labels);
            optimizer.minimize(loss);
            lossOfLastStep = loss.item();
        }

        @Override
        public float lossOfLastStep() {
            return lossOfLastStep;
        }

        @Override
        public void close() {
            // The device's threads are asleep, and its memory goes with the last reference to it.
        }
    }
}
