package org.skipjack.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DataLoaderTest {

    /** Other tests' threads may still be ending. */
    private final Set<Thread> before = loaderThreads();

    private static List<Integer> indices(BatchIterator batches) {
        var indices = new ArrayList<Integer>();
        batches.forEachRemaining(batch -> IntStream.of(batch.indices()).forEach(indices::add));
        return indices;
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static Set<Thread> loaderThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("skipjack-data-loader"))
                .collect(Collectors.toSet());
    }

    private void awaitNoNewLoaderThreads(boolean collectGarbage) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!before.containsAll(loaderThreads()) && System.nanoTime() < end) {
            if (collectGarbage) {
                System.gc();
            }
            Thread.sleep(10);
        }
        assertThat(before).containsAll(loaderThreads());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 100})
    void givesEveryExampleOnceWithItsLabelAndASmallerLastBatch(int prefetch) {
        var loader = DataLoader.builder(new CountingDataset(23), 5)
                .prefetch(prefetch)
                .build();
        assertThat(loader.batches()).isEqualTo(5);
        assertThat(loader.examples()).isEqualTo(23);
        int next = 0;
        for (var batch : loader) {
            assertThat(batch.size()).isEqualTo(next < 20 ? 5 : 3);
            assertThat(batch.shape()).containsExactly(batch.size(), 2, 2, 1);
            assertThat(batch.images()).hasSize(batch.size() * 4);
            assertThat(batch.labels()).hasSize(batch.size());
            for (int i = 0; i < batch.size(); i++, next++) {
                assertThat(batch.indices()[i]).isEqualTo(next);
                assertThat(batch.labels()[i]).isEqualTo(next % 10);
                assertThat(batch.images()[4 * i]).isEqualTo(next);
                assertThat(batch.images()[4 * i + 3]).isEqualTo(next + 0.75f);
            }
        }
        assertThat(next).isEqualTo(23);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 22, 23, 24, 1000})
    void givesEveryExampleOnceForEveryBatchSize(int batchSize) {
        var loader = DataLoader.builder(new CountingDataset(23), batchSize)
                .shuffle(3)
                .build();
        assertThat(indices(loader.epoch(0))).containsExactlyInAnyOrderElementsOf(range(0, 23));
    }

    @Test
    void dropsTheSmallerLastBatchOnRequest() {
        var loader =
                DataLoader.builder(new CountingDataset(23), 5).dropLast(true).build();
        assertThat(loader.batches()).isEqualTo(4);
        assertThat(loader.examples()).isEqualTo(20);
        assertThat(indices(loader.epoch(0))).isEqualTo(range(0, 20));
        assertThatThrownBy(() -> DataLoader.builder(new CountingDataset(23), 24)
                        .dropLast(true)
                        .build())
                .hasMessage(
                        "[DataLoader] 23 examples give no batch of 24 with dropLast: use a smaller batch or keep the last");
    }

    @Test
    void theOrderDependsOnSeedAndEpochAlone() {
        var once = DataLoader.builder(new CountingDataset(100), 7)
                .shuffle(11)
                .prefetch(0)
                .build();
        var again = DataLoader.builder(new CountingDataset(100), 7)
                .shuffle(11)
                .prefetch(3)
                .build();
        var fifth = indices(again.epoch(5));
        for (int epoch = 0; epoch < 5; epoch++) {
            assertThat(indices(once.epoch(epoch))).isNotEqualTo(fifth);
        }
        assertThat(indices(once.epoch(5))).isEqualTo(fifth);
        var expected = new int[100];
        SeededOrder.shuffle(expected, 11, 5);
        assertThat(fifth).isEqualTo(IntStream.of(expected).boxed().toList());
        var otherSeed =
                DataLoader.builder(new CountingDataset(100), 7).shuffle(12).build();
        assertThat(indices(otherSeed.epoch(5))).isNotEqualTo(fifth);
    }

    @Test
    void goesOnInsideAnEpoch() {
        var loader = DataLoader.builder(new CountingDataset(23), 5).shuffle(1).build();
        var whole = indices(loader.epoch(2));
        for (int first = 0; first <= 5; first++) {
            assertThat(indices(loader.epoch(2, first))).isEqualTo(whole.subList(Math.min(5 * first, 23), 23));
        }
        assertThatThrownBy(() -> loader.epoch(2, 6)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> loader.epoch(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void iteratingAgainGivesTheNextEpoch() {
        var loader = DataLoader.builder(new CountingDataset(23), 5).shuffle(1).build();
        assertThat(indices(loader.iterator())).isEqualTo(indices(loader.epoch(0)));
        assertThat(indices(loader.iterator())).isEqualTo(indices(loader.epoch(1)));
    }

    @Test
    void epochsThatAreOpenAtOnceDoNotShareStorage() {
        var loader = DataLoader.builder(new CountingDataset(20), 5).shuffle(1).build();
        var second = loader.epoch(0);
        try (var first = loader.epoch(1)) {
            int[] held = first.next().indices();
            int[] heldCopy = held.clone();
            indices(second);
            try (var third = loader.epoch(2)) { // has the storage that the exhausted second gave back
                int[] alsoHeld = third.next().indices();
                int[] alsoHeldCopy = alsoHeld.clone();
                second.close(); // gives nothing back a second time
                indices(loader.epoch(3));
                assertThat(held).isEqualTo(heldCopy);
                assertThat(alsoHeld).isEqualTo(alsoHeldCopy);
            }
        }
    }

    @Test
    void aBatchStaysUntouchedUntilTheNextIsAskedFor() throws InterruptedException {
        try (var batches = DataLoader.builder(new CountingDataset(40), 5)
                .prefetch(2)
                .build()
                .epoch(0)) {
            for (int i = 0; i < 8; i++) {
                var batch = batches.next();
                Thread.sleep(5); // the reader has filled all it may by now
                assertThat(batch.indices()[0]).isEqualTo(5 * i);
                assertThat(batch.images()[0]).isEqualTo(5 * i);
            }
        }
    }

    @Test
    void recyclesItsStorageWithinAndBetweenEpochs() {
        var loader = DataLoader.builder(new CountingDataset(103), 5).prefetch(2).build();
        var arrays = Collections.newSetFromMap(new IdentityHashMap<float[], Boolean>());
        for (int epoch = 0; epoch < 4; epoch++) {
            for (var batch : loader) {
                arrays.add(batch.images());
            }
        }
        assertThat(arrays).hasSize(4); // three in turn and the smaller last one
    }

    @Test
    void allocatesNothingForABatch() {
        var threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        // Without a reading thread all work is on this one, whose allocations can be counted.
        var loader = DataLoader.builder(new CountingDataset(4000), 4)
                .shuffle(1)
                .prefetch(0)
                .build();
        long sum = 0;
        for (var batch : loader) {
            sum += batch.size();
        }
        var batches = loader.epoch(1);
        batches.next();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 900; i++) {
            sum += batches.next().size();
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1000);
        assertThat(sum).isEqualTo(7600);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 50})
    void aFailureOfTheDataSetSurfacesInNextAfterTheGoodBatches(int prefetch) throws InterruptedException {
        var batches = DataLoader.builder(CountingDataset.failingAt(50, 23), 5)
                .prefetch(prefetch)
                .build()
                .epoch(7);
        for (int i = 0; i < 4; i++) {
            assertThat(batches.next().indices()[0]).isEqualTo(5 * i);
        }
        for (int again = 0; again < 2; again++) {
            assertThat(batches.hasNext()).isTrue();
            assertThatThrownBy(batches::next)
                    .isInstanceOf(DataLoadingException.class)
                    .hasMessage(
                            "reading batch 4 of epoch 7 failed: java.lang.IllegalStateException: example 23 cannot be read")
                    .hasCauseInstanceOf(IllegalStateException.class);
        }
        batches.close();
        awaitNoNewLoaderThreads(false);
    }

    @Test
    void closingEndsTheThreadAndTheIteration() throws InterruptedException {
        var batches = DataLoader.builder(new CountingDataset(1000), 5)
                .prefetch(3)
                .build()
                .epoch(0);
        batches.next();
        batches.close();
        batches.close();
        assertThat(batches.hasNext()).isFalse();
        assertThatThrownBy(batches::next).isInstanceOf(NoSuchElementException.class);
        awaitNoNewLoaderThreads(false);
    }

    @Test
    void aForgottenIteratorEndsItsThread() throws InterruptedException {
        var loader = DataLoader.builder(new CountingDataset(1000), 5).build();
        for (int i = 0; i < 20; i++) {
            loader.epoch(0).next();
        }
        awaitNoNewLoaderThreads(true);
    }

    @Test
    void theReadingThreadIsADaemon() {
        try (var batches =
                DataLoader.builder(new CountingDataset(1000), 5).build().epoch(0)) {
            batches.next();
            assertThat(loaderThreads()).isNotEmpty().allMatch(Thread::isDaemon);
        }
    }

    @Test
    void anInterruptWhileWaitingIsReportedAndKept() {
        var neverDone = new CountingDataset(10) {
            @Override
            public void copyExample(int index, float[] target, int offset) {
                try {
                    Thread.sleep(2000);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        try (var batches = DataLoader.builder(neverDone, 1).build().epoch(0)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(batches::next)
                    .isInstanceOf(DataLoadingException.class)
                    .hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void refusesNonsense() {
        var dataset = new CountingDataset(10);
        assertThatThrownBy(() -> DataLoader.builder(dataset, 0))
                .hasMessage("[DataLoader] batch size is 0, expected at least 1");
        assertThatThrownBy(() -> DataLoader.builder(new CountingDataset(0), 1))
                .hasMessageContaining("the data set is empty");
        assertThatThrownBy(() -> DataLoader.builder(dataset, 1).prefetch(-1)).hasMessageContaining("prefetch is -1");
    }
}
