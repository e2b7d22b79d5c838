package org.skipjack.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A comparison and what is asked of it. The levels were set for two processors of a Zen 4.
 *
 * @param title what is computed
 * @param options of {@link PeerComparison}
 * @param goals one for each row of the table
 */
record GoalComparison(String title, List<String> options, List<Goal> goals) {
    private static final List<Goal> TRAINING = List.of(
            new Goal(Figure.TIMES_FLOAT32, 2, 2.5, 3),
            new Goal(Figure.TIMES_BFLOAT16, 1, 1.25, 1.5),
            new Goal(Figure.IMAGES, 165, 205, 240));

    /** All of them, the longest last. */
    static final List<GoalComparison> ALL = List.of(
            new GoalComparison(
                    "LeNet with batch normalisation, training, batch 256",
                    List.of("--model=lenet-bn", "--batch=256"),
                    List.of(new Goal(Figure.TIMES_LIBTORCH, 8, 10), new Goal(Figure.TIMES_BEST_LIBTORCH, 8, 10))),
            new GoalComparison(
                    "ResNet-18 at 96x96, inference, batch 1",
                    List.of("--model=resnet18", "--inference", "--batch=1", "--steps=100"),
                    List.of(new Goal(Figure.TIMES_FLOAT32, 1.2, 1.5, 2))),
            new GoalComparison(
                    "ResNet-18 at 96x96, inference, batch 64",
                    List.of("--model=resnet18", "--inference", "--batch=64"),
                    List.of(new Goal(Figure.TIMES_FLOAT32, 1.5, 2, 3))),
            new GoalComparison(
                    "ResNet-18 at 96x96, training, batch 64", List.of("--model=resnet18", "--batch=64"), TRAINING),
            new GoalComparison(
                    "ResNet-18 at 96x96, training, batch 256",
                    List.of("--model=resnet18", "--batch=256", "--steps=6"),
                    Stream.concat(TRAINING.stream(), Stream.of(new Goal(Figure.SHARE_OF_MEMORY, 1, 0.5)))
                            .toList()));

    /** The first lines of the table. */
    static String head(int threads) {
        return "| %d threads | figure | measured | gate | aim | moonshot | reached |%n".formatted(threads)
                + "| --- | --- | ---: | ---: | ---: | ---: | --- |";
    }

    /**
     * A row for each goal.
     *
     * @param comparison JSON of the comparison; a missing node if it failed
     */
    String rows(JsonNode comparison) {
        return goals.stream().map(goal -> row(goal, comparison)).collect(Collectors.joining(System.lineSeparator()));
    }

    private String row(Goal goal, JsonNode comparison) {
        OptionalDouble measured = goal.figure().measured(comparison);
        return "| %s | %s | %s | %s | %s | %s | %s |"
                .formatted(
                        title,
                        goal.figure().describe(comparison),
                        number(measured),
                        number(OptionalDouble.of(goal.gate())),
                        number(OptionalDouble.of(goal.aim())),
                        number(goal.moonshot()),
                        measured.isPresent() ? goal.level(measured.getAsDouble()) : "not measured");
    }

    private static String number(OptionalDouble value) {
        if (value.isEmpty()) {
            return "-";
        }
        return String.format(Locale.ROOT, value.getAsDouble() < 100 ? "%.2f" : "%.0f", value.getAsDouble());
    }

    /** A line for each side that took no part although it should have. */
    Stream<String> leftOut(JsonNode comparison) {
        return comparison
                .path("left_out")
                .propertyStream()
                .map(side -> "left out of " + title + ": " + side.getKey() + ": "
                        + side.getValue().stringValue());
    }
}
