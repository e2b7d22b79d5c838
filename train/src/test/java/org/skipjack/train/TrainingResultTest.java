package org.skipjack.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingResultTest {

    private static final TrainingResult RESULT = new TrainingResult(
            List.of(
                    new EpochResult(1, 0.7, 0.7, 0.8, 0.7, 60_000, 1, 2),
                    new EpochResult(2, 0.26849, 0.9005, 0.39, 0.8613, 60_000, 1, 2)),
            "cpu",
            120_000,
            1.9596,
            3,
            false);
    private static final List<String> SUMMARY =
            List.of("loss 0.268, train acc 0.901, test acc 0.861", "61237.0 examples/sec on cpu");

    @Test
    void theSummaryIsTheTutorialsTwoLines() {
        assertThat(RESULT.summary()).isEqualTo(SUMMARY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"de-DE", "tr-TR", "ar-EG", "fa-IR"})
    void theSummaryIsTheSameUnderEveryLocale(String tag) {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag(tag));
            assertThat(RESULT.summary()).isEqualTo(SUMMARY);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void figuresAreThoseOfTheLastEpochNotOfTheBest() {
        assertThat(RESULT.trainLoss()).isEqualTo(0.26849);
        assertThat(RESULT.testAccuracy()).isEqualTo(0.8613);
        assertThat(RESULT.endToEndExamplesPerSecond()).isEqualTo(40_000);
    }
}
