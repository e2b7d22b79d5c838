package org.skipjack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StepWindowTest {
    @Test
    void warmIsTheFirstWindowWithinATenthOfLaterSteps() {
        var windows = List.of(
                new StepWindow(0, 2.0), new StepWindow(2, 0.112), new StepWindow(3, 0.109), new StepWindow(4, 0.1));
        assertThat(StepWindow.warm(windows, 0.1, 9)).isEqualTo(3);
    }

    @Test
    void stepsThatNeverGetAsFastWarmNothing() {
        var windows = List.of(new StepWindow(0, 2.0), new StepWindow(2, 0.2));
        assertThat(StepWindow.warm(windows, 0.1, 9)).isEqualTo(9);
    }
}
