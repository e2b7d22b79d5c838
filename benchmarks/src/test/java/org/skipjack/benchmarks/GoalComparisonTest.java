package org.skipjack.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

class GoalComparisonTest {
    private static final Goal MORE = new Goal(Figure.IMAGES, 2, 2.5, 3);
    private static final Goal LESS = new Goal(Figure.SHARE_OF_MEMORY, 1, 0.5);

    @Test
    void aLevelIsReachedByItsOwnFigure() {
        assertThat(List.of(1.99, 2.0, 2.49, 2.5, 3.0).stream().map(MORE::level))
                .containsExactly("missed", "gate", "gate", "aim", "moonshot");
    }

    @Test
    void lessIsBetterWhereTheAimLiesBelowTheGate() {
        assertThat(List.of(1.01, 1.0, 0.5, 0.01).stream().map(LESS::level))
                .containsExactly("missed", "gate", "aim", "aim");
    }

    @Test
    void aRowSaysWhatWasNotMeasured() {
        var comparison = new GoalComparison("LeNet", List.of(), List.of(MORE, LESS));
        JsonNode json = JsonMapper.shared().readTree("{\"sides\": {\"skipjack\": {\"images_per_second\": 164.6}}}");
        assertThat(comparison.rows(json)).isEqualTo("""
                        | LeNet | images/s | 165 | 2.00 | 2.50 | 3.00 | moonshot |
                        | LeNet | share of the least resident memory | - | 1.00 | 0.50 | - | not measured |""");
        assertThat(comparison.rows(MissingNode.getInstance()).lines())
                .allMatch(row -> row.endsWith("| not measured |"));
    }

    /** Fields go by name: those that a comparison writes are those that goals read. */
    @Test
    void aComparisonWritesWhatGoalsRead() {
        var python = new PyTorch("python3", Path.of("peer.py"), "1.13");
        var setting = new LibTorchSetting(true, true);
        var report = new ComparisonReport(
                Problem.random(Net.LENET_BN, Task.TRAINING, 256, 28, 0),
                20,
                2,
                new Comparison(
                        List.of(
                                result(new SkipjackBench(), 4, 750),
                                result(LibTorchSetting.AS_IT_COMES, 32, 1500),
                                result(new LibTorchSetting(false, false), 12, 1500),
                                result(new PyTorchBench(python, setting, PyTorchMode.EAGER), 10, 1000),
                                result(new PyTorchBench(python, setting, PyTorchMode.BFLOAT16), 5, 500)),
                        List.of()),
                Map.of("libtorch", "2.10", "pytorch", "1.13"),
                new MachineFacts("processor", 2, "system", "25", "", "abc", LocalDate.parse("2026-01-02")));
        JsonNode json = JsonMapper.shared().readTree(report.json());
        assertThat(GoalComparison.ALL.stream().flatMap(comparison -> comparison.goals().stream()))
                .allMatch(goal -> goal.figure().measured(json).isPresent());
        JsonNode skipjack = json.path("sides").path("skipjack");
        assertThat(skipjack.path("ratio_to_best_libtorch").doubleValue()).isEqualTo(3);
        assertThat(skipjack.path("ratio_to_best_fp32_peer").doubleValue()).isEqualTo(2.5);
        assertThat(skipjack.path("share_of_least_resident").doubleValue()).isEqualTo(0.75);
        assertThat(Figure.SHARE_OF_MEMORY.describe(json)).endsWith(" memory, pytorch channels_last, blas threads");
    }

    private static SideResult result(Bench side, double medianMillis, long residentBytes) {
        return new SideResult(
                side,
                new StepTimes(1, medianMillis, 99),
                2.5f,
                0.5f,
                OptionalLong.empty(),
                side.system().equals("libtorch") ? OptionalLong.empty() : OptionalLong.of(residentBytes));
    }

    @Test
    void everyComparisonsOptionsAreKnown() {
        for (GoalComparison comparison : GoalComparison.ALL) {
            String[] options = comparison.options().toArray(String[]::new);
            // An unknown one is an exception.
            assertThat(new CommandLine(new PeerComparison()).parseArgs(options).matchedOptions())
                    .hasSameSizeAs(options);
        }
    }

    @Test
    void whatChoosesNothingIsWrongUse() {
        assertThat(refusal("--only=VGG")).contains("--only VGG chooses nothing; there are LeNet with");
        assertThat(refusal("--only=(")).contains("--only ( is no regular expression: Unclosed group");
    }

    private static String refusal(String option) {
        var text = new StringWriter();
        var line = new CommandLine(new Goals()).setErr(new PrintWriter(text, true));
        assertThat(line.execute(option)).isEqualTo(CommandLine.ExitCode.USAGE);
        return text.toString();
    }
}
