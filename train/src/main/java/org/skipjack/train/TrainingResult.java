package org.skipjack.train;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.util.List;

/**
 * What a training came to.
 *
 * @param epochs the completed epochs, in order
 * @param device where it ran, as in the tutorial's last line: {@code cpu}
 * @param examples examples trained on, those of an epoch cut short included
 * @param stepSeconds time spent in training steps, loading and evaluation excluded
 * @param seconds time of everything: steps, waiting for data, evaluation
 * @param stopped whether it was stopped before all epochs were done
 */
public record TrainingResult(
        List<EpochResult> epochs, String device, long examples, double stepSeconds, double seconds, boolean stopped) {

    /** Copies the list. */
    public TrainingResult {
        epochs = List.copyOf(epochs);
    }

    /** Mean training loss of the last completed epoch; NaN if there is none. */
    public double trainLoss() {
        return epochs.isEmpty() ? Double.NaN : epochs.getLast().trainLoss();
    }

    /** Training accuracy of the last completed epoch; NaN if there is none. */
    public double trainAccuracy() {
        return epochs.isEmpty() ? Double.NaN : epochs.getLast().trainAccuracy();
    }

    /** Test accuracy after the last completed epoch; NaN if there is none. */
    public double testAccuracy() {
        return epochs.isEmpty() ? Double.NaN : epochs.getLast().testAccuracy();
    }

    /**
     * The tutorial's rate: examples trained on per second of training steps. It leaves out waiting for data and
     * evaluation; {@link #endToEndExamplesPerSecond} does not.
     */
    public double examplesPerSecond() {
        return examples / stepSeconds;
    }

    /** Examples trained on per second of the whole training, with waiting for data and evaluation. */
    public double endToEndExamplesPerSecond() {
        return examples / seconds;
    }

    /**
     * The two lines that end the tutorial's training:
     *
     * <pre>{@code
     * loss 0.268, train acc 0.901, test acc 0.861
     * 61234.5 examples/sec on cpu
     * }</pre>
     */
    public List<String> summary() {
        return List.of(
                format(ROOT, "loss %.3f, train acc %.3f, test acc %.3f", trainLoss(), trainAccuracy(), testAccuracy()),
                format(ROOT, "%.1f examples/sec on %s", examplesPerSecond(), device));
    }
}
