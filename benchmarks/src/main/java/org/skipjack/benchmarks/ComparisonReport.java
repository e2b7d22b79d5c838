package org.skipjack.benchmarks;

import java.util.Comparator;
import java.util.Formatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.skipjack.train.run.JsonObject;

/**
 * A finished comparison, as a table for people or as JSON.
 *
 * @param problem that all sides had
 * @param steps timed steps a side
 * @param threads of each side
 * @param comparison the sides' results, and who was left out
 * @param versions of the peers by system
 * @param machine where it ran
 */
public record ComparisonReport(
        Problem problem,
        int steps,
        int threads,
        Comparison comparison,
        Map<String, String> versions,
        MachineFacts machine) {
    private static final String LIBTORCH = "libtorch";
    private static final double MEGA = 1e6;

    /** LibTorch with no more set than its number of threads; empty if it was left out. */
    public Optional<SideResult> asItComes() {
        return fastest(side -> side.system().equals(LIBTORCH) && side.asItComes());
    }

    /** The fastest of all peers and settings that compute in float32, by the median step; empty if none took part. */
    public Optional<SideResult> bestFloat32() {
        return fastest(side -> isPeer(side) && !side.bfloat16());
    }

    /** The fastest peer that multiplies in bfloat16; empty if none took part. */
    public Optional<SideResult> bestBfloat16() {
        return fastest(side -> isPeer(side) && side.bfloat16());
    }

    /** LibTorch in the fastest of its settings; empty if none took part. */
    public Optional<SideResult> bestLibTorch() {
        return fastest(side -> side.system().equals(LIBTORCH));
    }

    /** The float32 peer with the least memory resident, of those that have a process of their own; empty if there is none. */
    public Optional<SideResult> leastResident() {
        return comparison.results().stream()
                .filter(result -> isPeer(result.side()) && !result.side().bfloat16())
                .filter(result -> result.residentBytes().isPresent())
                .min(Comparator.comparingLong(result -> result.residentBytes().getAsLong()));
    }

    private boolean isPeer(Bench side) {
        return versions.containsKey(side.system());
    }

    private Optional<SideResult> fastest(Predicate<Bench> wanted) {
        return comparison.results().stream()
                .filter(result -> wanted.test(result.side()))
                .min(Comparator.comparingDouble(result -> result.times().medianMillis()));
    }

    /** How many times the other's rate a side reaches, by the median step. */
    public static double ratio(SideResult side, SideResult other) {
        return other.times().medianMillis() / side.times().medianMillis();
    }

    private static String cell(SideResult side, Optional<SideResult> other) {
        return other.map(found -> String.format(Locale.ROOT, "%.2f", ratio(side, found)))
                .orElse("-");
    }

    /** The table with a row a side; the systems that ratios refer to, who was left out and the machine's facts below. */
    public String table() {
        try (var text = new Formatter(Locale.ROOT)) {
            text.format(
                    "%s, %s, batch %d at %dx%d, %d steps, %d threads%n",
                    problem.net().id(), taskName(), problem.batch(), problem.size(), problem.size(), steps, threads);
            text.format("%-52s %9s %9s %9s %12s ", "", "min ms", "median ms", "p95 ms", "images/s");
            text.format("%9s %9s %9s ", "as comes", "best fp32", "bf16");
            text.format("%10s %11s %11s %11s%n", "planned MB", "resident MB", "first loss", "last loss");
            for (SideResult result : comparison.results()) {
                StepTimes times = result.times();
                text.format("%-52s ", result.side().name());
                text.format("%9.3f %9.3f %9.3f ", times.minMillis(), times.medianMillis(), times.p95Millis());
                text.format("%,12.0f ", times.imagesPerSecond(problem.batch()));
                text.format("%9s %9s ", cell(result, asItComes()), cell(result, bestFloat32()));
                text.format("%9s ", cell(result, bestBfloat16()));
                text.format("%10s %11s ", megabytes(result.plannedBytes()), megabytes(result.residentBytes()));
                text.format("%11.7f %11.7f%n", result.firstLoss(), result.lastLoss());
            }
            explain(text, "as comes: times the rate of LibTorch as it comes, %s%n", asItComes());
            explain(text, "best fp32: times the rate of the fastest peer in float32, %s%n", bestFloat32());
            explain(text, "bf16: times the rate of %s%n", bestBfloat16());
            for (LeftOut left : comparison.leftOut()) {
                text.format("left out: %s: %s%n", left.side().name(), left.reason());
            }
            versions.forEach((system, version) -> text.format("%s %s%n", system, version));
            text.format("%s", machine.lines());
            return text.toString();
        }
    }

    private static void explain(Formatter text, String format, Optional<SideResult> other) {
        other.ifPresent(found -> text.format(format, found.side().name()));
    }

    private String taskName() {
        return problem.task().name().toLowerCase(Locale.ROOT);
    }

    private static String megabytes(OptionalLong bytes) {
        return bytes.isPresent() ? String.format(Locale.ROOT, "%.0f", bytes.getAsLong() / MEGA) : "-";
    }

    /** One object on one line: options, the sides by name with their ratios, machine. */
    public String json() {
        var results = new JsonObject();
        for (SideResult result : comparison.results()) {
            StepTimes times = result.times();
            var row = new JsonObject()
                    .put("images_per_second", times.imagesPerSecond(problem.batch()))
                    .put("ms_min", times.minMillis())
                    .put("ms_median", times.medianMillis())
                    .put("ms_p95", times.p95Millis());
            asItComes().ifPresent(other -> row.put("ratio_to_libtorch_as_it_comes", ratio(result, other)));
            bestLibTorch().ifPresent(other -> row.put("ratio_to_best_libtorch", ratio(result, other)));
            bestFloat32().ifPresent(other -> row.put("ratio_to_best_fp32_peer", ratio(result, other)));
            bestBfloat16().ifPresent(other -> row.put("ratio_to_best_bf16_peer", ratio(result, other)));
            row.put("planned_bytes", result.plannedBytes()).put("resident_bytes", result.residentBytes());
            if (result.residentBytes().isPresent()) {
                double resident = result.residentBytes().getAsLong();
                leastResident()
                        .ifPresent(other -> row.put(
                                "share_of_least_resident",
                                resident / other.residentBytes().getAsLong()));
            }
            results.put(
                    result.side().name(),
                    row.put("first_loss", result.firstLoss()).put("last_loss", result.lastLoss()));
        }
        var object = new JsonObject()
                .put("model", problem.net().id())
                .put("task", taskName())
                .put("batch", problem.batch())
                .put("size", problem.size())
                .put("steps", steps)
                .put("threads", threads);
        versions.forEach((system, version) -> object.put(system + "_version", version));
        asItComes()
                .ifPresent(
                        other -> object.put("libtorch_as_it_comes", other.side().name()));
        bestLibTorch()
                .ifPresent(other -> object.put("best_libtorch", other.side().name()));
        bestFloat32()
                .ifPresent(other -> object.put("best_fp32_peer", other.side().name()));
        bestBfloat16()
                .ifPresent(other -> object.put("best_bf16_peer", other.side().name()));
        leastResident()
                .ifPresent(other ->
                        object.put("least_resident_fp32_peer", other.side().name()));
        if (!comparison.leftOut().isEmpty()) {
            var reasons = new JsonObject();
            comparison.leftOut().forEach(left -> reasons.put(left.side().name(), left.reason()));
            object.put("left_out", reasons);
        }
        return object.put("sides", results).put("machine", machine.json()).toString();
    }
}
