package org.skipjack.benchmarks;

import java.util.Comparator;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import org.skipjack.train.run.JsonObject;

/**
 * A finished comparison, as a table for people or as JSON.
 *
 * @param model name of the net
 * @param batch images a step
 * @param steps timed steps a side
 * @param threads of each side
 * @param sides the results, at least one of them LibTorch's
 * @param machine where it ran
 */
public record ComparisonReport(
        String model, int batch, int steps, int threads, List<SideResult> sides, MachineFacts machine) {

    /** The fastest of LibTorch's settings by the median step: what ratios refer to. */
    public SideResult fastestPeer() {
        return sides.stream()
                .filter(side -> LibTorchSetting.ALL.stream()
                        .anyMatch(setting -> setting.name().equals(side.side())))
                .min(Comparator.comparingDouble(side -> side.times().medianMillis()))
                .orElseThrow(() -> new IllegalStateException("a comparison without LibTorch has no ratio"));
    }

    /** How many times the rate of {@link #fastestPeer} a side reaches. */
    public double ratio(SideResult side) {
        return fastestPeer().times().medianMillis() / side.times().medianMillis();
    }

    /** The table with a row a side, and the machine's facts below. */
    public String table() {
        try (var text = new Formatter(Locale.ROOT)) {
            text.format("%s, batch %d, %d steps, %d threads%n", model, batch, steps, threads);
            text.format("%-32s %9s %9s %9s ", "", "min ms", "median ms", "p95 ms");
            text.format("%12s %8s %11s %11s%n", "images/s", "ratio", "first loss", "last loss");
            for (SideResult side : sides) {
                StepTimes times = side.times();
                text.format("%-32s ", side.side());
                text.format("%9.3f %9.3f %9.3f ", times.minMillis(), times.medianMillis(), times.p95Millis());
                text.format("%,12.0f %8.2f ", times.imagesPerSecond(batch), ratio(side));
                text.format("%11.7f %11.7f%n", side.firstLoss(), side.lastLoss());
            }
            text.format("ratio: to the fastest LibTorch, %s%n", fastestPeer().side());
            text.format(
                    "%s, %d logical processors, %s%n",
                    machine.processor(), machine.logicalProcessors(), machine.system());
            text.format("JDK %s; LibTorch %s%n", machine.jdk(), machine.libTorch());
            text.format("commit %s, %s", machine.commit(), machine.date());
            return text.toString();
        }
    }

    /** One object on one line: options, the sides by name, machine. */
    public String json() {
        var results = new JsonObject();
        for (SideResult side : sides) {
            StepTimes times = side.times();
            results.put(
                    side.side(),
                    new JsonObject()
                            .put("images_per_second", times.imagesPerSecond(batch))
                            .put("ms_min", times.minMillis())
                            .put("ms_median", times.medianMillis())
                            .put("ms_p95", times.p95Millis())
                            .put("ratio_to_fastest_libtorch", ratio(side))
                            .put("first_loss", side.firstLoss())
                            .put("last_loss", side.lastLoss()));
        }
        return new JsonObject()
                .put("model", model)
                .put("batch", batch)
                .put("steps", steps)
                .put("threads", threads)
                .put("fastest_libtorch", fastestPeer().side())
                .put("sides", results)
                .put(
                        "machine",
                        new JsonObject()
                                .put("processor", machine.processor())
                                .put("logical_processors", machine.logicalProcessors())
                                .put("system", machine.system())
                                .put("jdk", machine.jdk())
                                .put("libtorch", machine.libTorch())
                                .put("commit", machine.commit())
                                .put("date", machine.date().toString()))
                .toString();
    }
}
