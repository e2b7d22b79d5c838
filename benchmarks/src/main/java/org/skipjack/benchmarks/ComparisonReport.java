package org.skipjack.benchmarks;

import java.util.Comparator;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.skipjack.train.run.JsonObject;

/**
 * A finished comparison, as a table for people or as JSON.
 *
 * @param model name of the net
 * @param batch images a step
 * @param steps timed steps a side
 * @param threads of each side
 * @param sides the results, LibTorch's with and without settings among them
 * @param versions of the peers by system
 * @param machine where it ran
 */
public record ComparisonReport(
        String model,
        int batch,
        int steps,
        int threads,
        List<SideResult> sides,
        Map<String, String> versions,
        MachineFacts machine) {
    private static final String LIBTORCH = "libtorch";

    /** The system with no more set than its number of threads. */
    public SideResult asItComes(String system) {
        return fastest(system, TrainingBench::asItComes);
    }

    /** The fastest of the system's settings by the median step. */
    public SideResult atItsBest(String system) {
        return fastest(system, side -> true);
    }

    private SideResult fastest(String system, Predicate<TrainingBench> wanted) {
        return sides.stream()
                .filter(result -> result.side().system().equals(system) && wanted.test(result.side()))
                .min(Comparator.comparingDouble(result -> result.times().medianMillis()))
                .orElseThrow(() -> new IllegalStateException("a comparison without " + system + " has no ratio to it"));
    }

    /** How many times the other's rate a side reaches, by the median step. */
    public static double ratio(SideResult side, SideResult other) {
        return other.times().medianMillis() / side.times().medianMillis();
    }

    /** The table with a row a side; the systems that ratios refer to and the machine's facts below. */
    public String table() {
        try (var text = new Formatter(Locale.ROOT)) {
            text.format("%s, batch %d, %d steps, %d threads%n", model, batch, steps, threads);
            text.format("%-40s %9s %9s %9s ", "", "min ms", "median ms", "p95 ms");
            text.format("%12s %9s %9s %11s %11s%n", "images/s", "as comes", "at best", "first loss", "last loss");
            for (SideResult result : sides) {
                StepTimes times = result.times();
                text.format("%-40s ", result.side().name());
                text.format("%9.3f %9.3f %9.3f ", times.minMillis(), times.medianMillis(), times.p95Millis());
                text.format("%,12.0f ", times.imagesPerSecond(batch));
                text.format("%9.2f %9.2f ", ratio(result, asItComes(LIBTORCH)), ratio(result, atItsBest(LIBTORCH)));
                text.format("%11.7f %11.7f%n", result.firstLoss(), result.lastLoss());
            }
            text.format(
                    "as comes: times the rate of LibTorch as it comes, %s%n",
                    asItComes(LIBTORCH).side().name());
            text.format(
                    "at best: times the rate of LibTorch at its best, %s%n",
                    atItsBest(LIBTORCH).side().name());
            versions.forEach((system, version) -> text.format("%s %s%n", system, version));
            text.format("%s", machine.lines());
            return text.toString();
        }
    }

    /** One object on one line: options, the sides by name with their ratios to each peer's system, machine. */
    public String json() {
        var results = new JsonObject();
        for (SideResult result : sides) {
            StepTimes times = result.times();
            var row = new JsonObject()
                    .put("images_per_second", times.imagesPerSecond(batch))
                    .put("ms_min", times.minMillis())
                    .put("ms_median", times.medianMillis())
                    .put("ms_p95", times.p95Millis());
            for (String peer : versions.keySet()) {
                row.put("ratio_to_" + peer + "_as_it_comes", ratio(result, asItComes(peer)));
                row.put("ratio_to_" + peer + "_at_its_best", ratio(result, atItsBest(peer)));
            }
            results.put(
                    result.side().name(),
                    row.put("first_loss", result.firstLoss()).put("last_loss", result.lastLoss()));
        }
        var object = new JsonObject()
                .put("model", model)
                .put("batch", batch)
                .put("steps", steps)
                .put("threads", threads);
        for (String peer : versions.keySet()) {
            object.put(peer + "_version", versions.get(peer));
            object.put(peer + "_as_it_comes", asItComes(peer).side().name());
            object.put(peer + "_at_its_best", atItsBest(peer).side().name());
        }
        return object.put("sides", results).put("machine", machine.json()).toString();
    }
}
