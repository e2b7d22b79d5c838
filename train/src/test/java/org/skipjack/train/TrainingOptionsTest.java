package org.skipjack.train;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TrainingOptionsTest {

    @Test
    void valuesOutOfRangeAreRefusedWithWhatWasFoundAndWhatIsExpected() {
        refused(() -> TrainingOptions.of(0, 256, 1), "epochs is 0, expected at least 1");
        refused(() -> TrainingOptions.of(1, 0, 1), "batch size is 0, expected at least 1");
        refused(() -> TrainingOptions.of(1, 1, 0), "learning rate is 0.0, expected a positive number");
        refused(() -> TrainingOptions.of(1, 1, Float.NaN), "learning rate is NaN, expected a positive number");
        refused(() -> TrainingOptions.of(1, 1, 1).withMomentum(1, false), "momentum is 1.0, expected 0 to less than 1");
        refused(() -> TrainingOptions.of(1, 1, 1).withMomentum(0, true), "momentum is 0.0, expected more than 0");
        refused(() -> TrainingOptions.of(1, 1, 1).withWeightDecay(-1), "weight decay is -1.0, expected 0 or more");
    }

    private static void refused(Runnable options, String message) {
        assertThatThrownBy(options::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
