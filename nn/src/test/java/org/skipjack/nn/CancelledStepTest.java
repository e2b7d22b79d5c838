package org.skipjack.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skipjack.core.Cancellation;
import org.skipjack.core.Device;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;

/** A step that is given up, at any of the moments at which it can be, has changed nothing and can be done again. */
class CancelledStepTest {

    private static final int BATCH = 40;
    private static final int SIDE = 8;

    private final Module net;
    private final Optimizer optimizer;

    /** All that a step changes: weights, running statistics and their count, a dropout's counter, momentum. */
    CancelledStepTest() {
        net = new Sequential(
                new Conv2d(1, 8, Conv2d.kernel(3).padding(1)),
                new BatchNorm2d(8),
                new Relu(),
                new Conv2d(8, 8, Conv2d.kernel(3).padding(1)),
                new BatchNorm2d(8),
                new Relu(),
                new Dropout(0.5f),
                new Flatten(),
                new Linear(8 * SIDE * SIDE, 10));
        net.reset(Init.generator(1));
        optimizer = new Sgd(net.parameters(), 0.1f, Sgd.options().momentum(0.9f));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aStepGivenUpAtAnyMomentHasChangedNothingAndThenGivesTheSameBits(int threads) {
        net.to(Device.cpu(threads));
        optimizer
                .stateDict()
                .values()
                .forEach(state -> state.to(net.parameters().getFirst().device()));
        step(Integer.MAX_VALUE);
        Map<String, float[]> before = values();
        int moments = step(Integer.MAX_VALUE);
        Map<String, float[]> after = values();
        assertThat(differing(before, after))
                .contains("0.weight", "1.running_var", "1.num_batches_tracked", "optimizer 8.bias.momentum_buffer")
                .anyMatch(name -> name.startsWith("6."));

        restore(before);
        int givenUp = 0;
        for (int moment = 1; moment <= moments; moment++) {
            try {
                step(moment);
                // Threads share tasks as they come, so the one that asks may have done fewer this time.
                assertThat(differing(after, values())).isEmpty();
                restore(before);
            } catch (CancellationException e) {
                givenUp++;
                assertThat(differing(before, values()))
                        .as("changed at %d of %d", moment, moments)
                        .isEmpty();
            }
        }
        assertThat(givenUp).isGreaterThan(10);
        step(Integer.MAX_VALUE);

        assertThat(differing(after, values())).isEmpty();
    }

    /** Gives up when asked for the n-th time; else tells how often it was asked. */
    private int step(int moment) {
        net.train();
        var random = new Random(2);
        var images = new float[BATCH * SIDE * SIDE];
        for (int i = 0; i < images.length; i++) {
            images[i] = random.nextFloat();
        }
        Tensor labels = Tensor.ofInts(random.ints(BATCH, 0, 10).toArray(), BATCH);
        Tensor loss = new CrossEntropyLoss().forward(net.call(Tensor.wrap(images, BATCH, 1, SIDE, SIDE)), labels);
        var asked = new AtomicInteger();
        Cancellation.heed(() -> asked.incrementAndGet() >= moment, () -> optimizer.minimize(loss));
        return asked.get();
    }

    private Map<String, Variable> variables() {
        var all = new TreeMap<String, Variable>(net.variables());
        optimizer.stateDict().forEach((name, state) -> all.put("optimizer " + name, state));
        return all;
    }

    private Map<String, float[]> values() {
        var values = new TreeMap<String, float[]>();
        variables().forEach((name, variable) -> values.put(name, variable.toFloatArray()));
        return values;
    }

    private void restore(Map<String, float[]> values) {
        variables().forEach((name, variable) -> variable.assign(values.get(name)));
    }

    private static List<String> differing(Map<String, float[]> a, Map<String, float[]> b) {
        return a.keySet().stream()
                .filter(name -> !Arrays.equals(a.get(name), b.get(name)))
                .toList();
    }
}
