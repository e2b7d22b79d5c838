package org.skipjack.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skipjack.core.Device;

class MainTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "train", "evaluate", "summary", "data", "data fetch", "data status", "bench", "doctor"})
    void everyCommandExplainsItself(String command) {
        var result = Cli.run((command + " --help").strip().split(" "));

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).startsWith(("Usage: skipjack " + command).strip());
        assertThat(result.err()).isEmpty();
    }

    @Test
    void theVersionTellsTheProgramsAndTheJdks() {
        var result = Cli.run("--version");

        assertThat(result.exitCode()).isZero();
        assertThat(result.outLines().get(0)).startsWith("skipjack ");
        assertThat(result.outLines().get(1)).startsWith("JDK " + Runtime.version());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "data"})
    void aMissingCommandIsWrongUseAndShowsWhatThereIs(String command) {
        var result = command.isEmpty() ? Cli.run() : Cli.run(command);

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith(("Usage: skipjack " + command).strip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "trian | skipjack: Unmatched argument at index 0: 'trian'; did you mean train? (see skipjack --help)",
                "train | skipjack train: Missing required parameter: 'MODEL' (see skipjack train --help)",
                "train lenet --epoch 1 | did you mean --epochs?",
                "train lenet --epochs one | Invalid value for option '--epochs': 'one' is not an int",
                "train lenet --epochs 0 | epochs is 0, expected at least 1",
                "train lenet --batch-size 0 | batch size is 0, expected at least 1",
                "train lenet --learning-rate -1 | learning rate is -1.0, expected a positive number",
                "train lenet --nesterov | momentum is 0.0, expected more than 0 with Nesterov",
                "train lenet --resize 0 | --resize is 0, expected 1 to 4096",
                "train lenet --dataset cifar | 'cifar' is not fashion-mnist or mnist",
                "train lenet --device tpu | --device is 'tpu', expected cpu, gpu or gpu:N",
                "train lenet --threads 0 | --threads is 0, expected at least 1",
                "train lenet --convolution fast | expected one of",
                "train lenet --without speed | --without names no rule 'speed'; there are [bias, ",
                "bench lenet --explain --json | give one of them",
                "bench lenet --inference --learning-rate 1 | leave out --learning-rate",
                "train nonet | there is no model \"nonet\"; there are ",
                "summary nonet | there is no model \"nonet\"; there are ",
                "summary lenet --batch 0 | --batch is 0, expected at least 1",
                "bench lenet --steps 0 | expected at least 1 each",
                "evaluate x --batch-size 0 | --batch-size is 0, expected at least 1"
            })
    void wrongUseIsOneLineOnTheErrorStreamAndExitCode2(String command, String message) {
        var result = Cli.run(command.split(" "));

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.errLines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("skipjack")
                .contains(message);
    }

    @Test
    void whatFailsIsOneLineWithoutAStackTraceAndExitCode1() {
        var result = Cli.run("evaluate", folder.resolve("none").toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.errLines())
                .containsExactly("skipjack: " + folder.resolve("none") + ": no such file or folder ("
                        + folder.resolve("none") + "); expected a readable safetensors file");
    }

    @Test
    void theStackTraceIsThereForWhoeverAsks() {
        String file = folder.resolve("none").toString();

        assertThat(Cli.run("evaluate", file, "--debug").err()).contains("\tat org.skipjack.");
        assertThat(Cli.run("--debug", "evaluate", file).err()).contains("\tat org.skipjack.");
        assertThat(Cli.run(false, Map.of("SKIPJACK_DEBUG", "1"), "evaluate", file)
                        .err())
                .contains("\tat org.skipjack.");
    }

    @Test
    void aFolderThatIsNoRunIsSaidToBeNone() {
        var result = Cli.run("evaluate", folder.toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("this folder is not that of a run");
    }

    @Test
    void aMalformedFileOfWeightsIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("weights.safetensors"), "no weights at all");

        var result = Cli.run("evaluate", file.toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errLines()).hasSize(1).first().asString().contains(file.toString(), "expected");
    }

    @Test
    void dataThatAreNotThereAreAFailureWithAdvice() {
        var result = Cli.run("data", "fetch", "--data", folder.toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("skipjack: ")
                .contains(folder.toString())
                .doesNotContain("\tat ");
    }

    @Test
    void statusShowsEachPlace() {
        var result = Cli.run("data", "status", "--all", "--data", folder.toString());

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("Fashion-MNIST", "MNIST", folder.toString(), "absent");
    }

    @Test
    void theSummaryOfLeNetBnIsTheTutorials() {
        var result = Cli.run("summary", "lenet-bn");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .containsPattern("input +\\[1, 1, 28, 28]\n")
                .containsPattern("0 +Conv2d +\\[1, 6, 24, 24] +156 +172,800 +13,824\n")
                .containsPattern("total +44,878 +563,280 ")
                // 3 x 563,280 - 172,800
                .contains("training takes 1,517,040");
    }

    @Test
    void theSummaryFollowsBatchAndSize() {
        assertThat(Cli.run("summary", "lenet", "--batch", "64").out()).contains("[64, 6, 28, 28]");

        var result = Cli.run("summary", "lenet", "--resize", "32");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("at 7:");
    }

    @Test
    void theDoctorLooksAtEverything() {
        var result = Cli.run("doctor", "--data", folder.toString());

        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .contains("java ", "simd ", "compiler ", "peak ", "heap ", "threads ", "disk ", "temperature ", "gpu ")
                .containsPattern(
                        "! Fashion-MNIST +not on this machine\n +-> skipjack data fetch --dataset fashion-mnist");
    }

    @Test
    void theBenchPrintsOneJsonObject() {
        var result = Cli.run("bench", "lenet-bn", "--batch", "8", "--steps", "3", "--warm-up", "0", "--json");

        assertThat(result.exitCode()).isZero();
        assertThat(result.outLines()).hasSize(1);
        assertThat(result.out())
                .startsWith("{\"version\":")
                .contains(
                        "\"model\":\"lenet-bn\"",
                        "\"task\":\"training\"",
                        "\"batch\":8",
                        "\"steps\":3",
                        "\"flops_per_step\":12136320")
                .containsPattern("\"images_per_second\":[0-9.]+,")
                .containsPattern("\"ms_min\":[0-9.]+,\"ms_median\":[0-9.]+,\"ms_p95\":[0-9.]+,")
                .containsPattern("\"warmup_seconds\":[0-9.E-]+,\"compiler_idle_seconds\":[0-9.E-]+,\"gflops\":[0-9.]+,")
                .containsPattern("\"peak_gflops\":[0-9.]+,\"peak_share\":[0-9.E-]+,")
                .containsPattern("\"allocated_bytes_per_step\":[0-9.E]+,")
                .containsPattern("\"loss\":[0-9.]+}");
    }

    @Test
    void theBenchRecordsHowConvolutionsWereComputedAndTheRulesLeftOut() {
        var result = Cli.run(
                "bench lenet --batch 8 --steps 1 --warm-up 0 --convolution direct --without bias,winograd --json"
                        .split(" "));

        assertThat(result.out()).contains("\"convolution\":\"direct\",\"without\":\"bias,winograd\"");
        assertThat(Cli.run("bench", "--help").out().replaceAll("\\s+", " "))
                .contains(String.join(", ", Device.cpuRules()) + ".");
    }

    @Test
    void theLossOfABenchDoesNotDependOnHowLongItWarmedUp() {
        String loss = "\"loss\":([0-9.]+)}";
        var cold = Cli.run("bench", "lenet", "--batch", "8", "--steps", "3", "--warm-up", "0", "--json");
        var warm = Cli.run("bench", "lenet", "--batch", "8", "--steps", "3", "--warm-up", "0.1", "--json");

        assertThat(lossOf(cold)).isNotEmpty().isEqualTo(lossOf(warm));
        assertThat(cold.out()).containsPattern(loss);
    }

    @Test
    void benchExplainsWhereTheTimeGoes() {
        var result = Cli.run("bench", "lenet", "--batch", "8", "--steps", "1", "--warm-up", "0", "--explain");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .contains(
                        "kernel",
                        "least ms",
                        "% of step",
                        "% of peak",
                        "BiasedConv[8, 6, 28, 28]",
                        "winogradWeightGradient[16, 6, 5, 5]");
    }

    @Test
    void benchTimesInferenceWithoutTraining() {
        var json =
                Cli.run("bench", "lenet-bn", "--inference", "--batch", "1", "--steps", "3", "--warm-up", "0", "--json");
        var table = Cli.run("bench lenet-bn --inference --batch 32 --steps 2 --warm-up 0 --explain".split(" "));
        var more = Cli.run(
                "bench", "lenet-bn", "--inference", "--batch", "32", "--steps", "6", "--warm-up", "0", "--json");

        assertThat(json.exitCode()).isZero();
        assertThat(json.out()).contains("\"task\":\"inference\"", "\"batch\":1", "\"flops_per_step\":");
        // The second batch again: no step has moved the weights.
        assertThat(table.out())
                .contains("lenet-bn, inference, batch 32", "winogradConvolution")
                .doesNotContain("Gradient");
        assertThat(table.out()).containsPattern("loss after the last step [0-9.]+");
        assertThat(Double.parseDouble(lossOf(more)))
                .isCloseTo(
                        Double.parseDouble(table.out().replaceAll("(?s).*last step ([0-9.]+).*", "$1")), within(5e-5));
    }

    private static String lossOf(Cli bench) {
        return bench.out().replaceAll("(?s).*\"loss\":([0-9.]+)}.*", "$1");
    }
}
