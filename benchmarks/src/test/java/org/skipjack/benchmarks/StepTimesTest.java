package org.skipjack.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StepTimesTest {
    private static final long MILLI = 1_000_000;

    @Test
    void summedUpByMinimumMedianAndNearestRank() {
        long[] descending =
                LongStream.rangeClosed(1, 100).map(i -> (101 - i) * MILLI).toArray();
        assertThat(StepTimes.of(descending)).isEqualTo(new StepTimes(1, 51, 95));
        assertThat(StepTimes.of(new long[] {3 * MILLI})).isEqualTo(new StepTimes(3, 3, 3));
    }

    @Test
    void theRateIsThatOfTheMedianStep() {
        assertThat(new StepTimes(1, 4, 9).imagesPerSecond(256)).isEqualTo(64_000);
    }

    @Test
    void noStepHasNoTimes() {
        assertThatThrownBy(() -> StepTimes.of(new long[0])).isInstanceOf(IllegalArgumentException.class);
    }
}
