package org.skipjack.cli;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.skipjack.train.EpochResult;
import org.skipjack.train.TrainingListener;
import org.skipjack.train.TrainingProgress;
import org.skipjack.train.TrainingResult;

/**
 * Shows a training: on a terminal a live bar for each epoch, elsewhere a plain line now and then; in both a line after
 * each epoch.
 */
final class TrainingDisplay implements TrainingListener, AutoCloseable {

    /** Fits every terminal; asking for the width would take native code. */
    private static final int COLUMNS = 79;

    private static final int REDRAW_MILLIS = 100;
    private static final double PLAIN_LINE_SECONDS = 10;

    private final Console console;
    private @Nullable ProgressBar bar;
    private int barEpoch;
    private double lastLine;

    TrainingDisplay(Console console) {
        this.console = console;
    }

    @Override
    public void onStep(TrainingProgress progress) {
        if (console.interactive()) {
            draw(progress);
        } else if (progress.seconds() - lastLine >= PLAIN_LINE_SECONDS && progress.step() < progress.stepsPerEpoch()) {
            lastLine = progress.seconds();
            console.out().println(plain(progress));
        }
    }

    @Override
    public void onEvaluation(TrainingProgress progress) {
        if (bar != null) {
            bar.setExtraMessage(" testing");
        }
    }

    @Override
    public void onEpoch(EpochResult epoch) {
        close();
        console.out()
                .println(format(
                        ROOT,
                        "epoch %d: loss %.3f, train acc %.3f, test acc %.3f",
                        epoch.epoch(),
                        epoch.trainLoss(),
                        epoch.trainAccuracy(),
                        epoch.testAccuracy()));
    }

    @Override
    public void onEnd(TrainingResult result) {
        close();
    }

    /** Takes an unfinished bar away, so that a message does not land beside it. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    private void draw(TrainingProgress progress) {
        if (bar == null || barEpoch != progress.epoch()) {
            close();
            barEpoch = progress.epoch();
            bar = newBar(progress);
        }
        bar.stepTo(progress.step());
        bar.setExtraMessage(format(ROOT, " %.0f examples/s, loss %.3f", rate(progress), progress.trainLoss()));
    }

    private ProgressBar newBar(TrainingProgress progress) {
        boolean unicode = console.out().charset().newEncoder().canEncode('█');
        return new ProgressBarBuilder()
                .setTaskName("epoch " + progress.epoch() + "/" + progress.epochs())
                .setInitialMax(progress.stepsPerEpoch())
                .setStyle(unicode ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(REDRAW_MILLIS)
                .setEtaFunction(state -> Optional.of(Duration.ofMillis((long) (1000 * remainingSeconds(progress)))))
                .setConsumer(new ConsoleProgressBarConsumer(console.out(), COLUMNS))
                .clearDisplayOnFinish()
                .build();
    }

    private static String plain(TrainingProgress progress) {
        return format(
                ROOT,
                "epoch %d/%d: step %d/%d, %.0f examples/s, ETA %s, loss %.3f, train acc %.3f",
                progress.epoch(),
                progress.epochs(),
                progress.step(),
                progress.stepsPerEpoch(),
                rate(progress),
                Sizes.duration(remainingSeconds(progress)),
                progress.trainLoss(),
                progress.trainAccuracy());
    }

    /** Examples per second of this epoch so far, waiting for data included: what the user's clock shows. */
    private static double rate(TrainingProgress progress) {
        return progress.examples() / progress.epochSeconds();
    }

    private static double remainingSeconds(TrainingProgress progress) {
        int done = Math.max(1, progress.step());
        return progress.epochSeconds() * (progress.stepsPerEpoch() - done) / done;
    }
}
