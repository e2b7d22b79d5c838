package org.skipjack.train.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MicroBatchesTest {

    private static List<float[]> doubled(List<float[]> inputs) {
        return inputs.stream().map(input -> new float[] {2 * input[0]}).toList();
    }

    @Test
    void whoComesWhileABatchIsComputedIsInTheNext() throws Exception {
        var sizes = new ArrayList<Integer>();
        var computing = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var batches = new MicroBatches(
                inputs -> {
                    sizes.add(inputs.size());
                    computing.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return doubled(inputs);
                },
                8,
                100);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<float[]> first = threads.submit(() -> batches.submit(new float[] {100}));
            computing.await();
            var others = new ArrayList<Future<float[]>>();
            for (int i = 0; i < 20; i++) {
                int value = i;
                others.add(threads.submit(() -> batches.submit(new float[] {value})));
            }
            while (batches.waiting() < 20) {
                Thread.sleep(1);
            }
            goOn.countDown();
            assertThat(first.get()).containsExactly(200);
            for (int i = 0; i < 20; i++) {
                assertThat(others.get(i).get()).containsExactly(2 * i);
            }
        }
        assertThat(sizes).containsExactly(1, 8, 8, 4);
    }

    @Test
    void aFullQueueLetsCallersWaitAndLosesNobody() throws Exception {
        var batches = new MicroBatches(MicroBatchesTest::doubled, 2, 3);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<float[]>> calls = IntStream.range(0, 5000)
                    .mapToObj(i -> (Callable<float[]>) () -> batches.submit(new float[] {i}))
                    .toList();
            var results = threads.invokeAll(calls);
            for (int i = 0; i < results.size(); i++) {
                assertThat(results.get(i).get()).containsExactly(2 * i);
            }
        }
    }

    @Test
    void aFailureReachesTheCallersOfItsBatchAndNoOthers() {
        var batches = new MicroBatches(
                inputs -> {
                    if (inputs.getFirst()[0] < 0) {
                        throw new IllegalArgumentException("negative");
                    }
                    return doubled(inputs);
                },
                4,
                4);
        assertThatThrownBy(() -> batches.submit(new float[] {-1}))
                .isInstanceOf(PredictionException.class)
                .hasMessage("negative")
                .hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(batches.submit(new float[] {1})).containsExactly(2);
    }
}
