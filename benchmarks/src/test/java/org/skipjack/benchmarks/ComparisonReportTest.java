package org.skipjack.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ComparisonReportTest {
    private static final SideResult SKIPJACK = result(new SkipjackBench(), 4);
    private static final SideResult AS_IT_COMES = result(LibTorchSetting.AS_IT_COMES, 32);
    private static final SideResult NCHW = result(new LibTorchSetting(false, false), 10);
    private static final SideResult CHANNELS_LAST = result(new LibTorchSetting(true, false), 8);
    private static final MachineFacts MACHINE =
            new MachineFacts("processor", 2, "system", "25", "", "abc", LocalDate.parse("2026-01-02"));
    private static final Map<String, String> VERSIONS = Map.of("libtorch", "2.10");
    private static final Problem PROBLEM = Problem.random(Net.LENET_BN, Task.TRAINING, 256, 28, 0);
    private static final ComparisonReport REPORT =
            new ComparisonReport(PROBLEM, 20, 2, all(SKIPJACK, AS_IT_COMES, NCHW, CHANNELS_LAST), VERSIONS, MACHINE);

    private static Comparison all(SideResult... results) {
        return new Comparison(List.of(results), List.of());
    }

    private static SideResult result(Bench side, double medianMillis) {
        return new SideResult(
                side, new StepTimes(1, medianMillis, 99), 2.5f, 0.5f, OptionalLong.empty(), OptionalLong.of(5_000_000));
    }

    @Test
    void ratiosReferToTheUnsetAndToTheFastestSetting() {
        assertThat(REPORT.asItComes()).contains(AS_IT_COMES);
        assertThat(REPORT.bestFloat32()).contains(CHANNELS_LAST);
        assertThat(REPORT.bestBfloat16()).isEmpty();
        assertThat(ComparisonReport.ratio(SKIPJACK, CHANNELS_LAST)).isCloseTo(2, within(1e-9));
        assertThat(REPORT.json())
                .startsWith("{\"model\":\"lenet-bn\",\"task\":\"training\",\"batch\":256,\"size\":28,\"steps\":20,"
                        + "\"threads\":2,\"libtorch_version\":\"2.10\","
                        + "\"libtorch_as_it_comes\":\"libtorch nchw, blas threads\","
                        + "\"best_libtorch\":\"libtorch channels_last, 1 blas thread\","
                        + "\"best_fp32_peer\":\"libtorch channels_last, 1 blas thread\","
                        + "\"least_resident_fp32_peer\":\"libtorch nchw, blas threads\","
                        + "\"sides\":{\"skipjack\":{\"images_per_second\":64000.0,")
                .contains(
                        "\"ratio_to_libtorch_as_it_comes\":8.0,\"ratio_to_best_libtorch\":2.0,\"ratio_to_best_fp32_peer\":2.0,")
                .contains("\"resident_bytes\":5000000");
    }

    @Test
    void bfloat16IsNoPartOfTheBestInFloat32() {
        var python = new PyTorch("python3", Path.of("peer.py"), "1.13");
        SideResult rounded = result(new PyTorchBench(python, new LibTorchSetting(true, true), PyTorchMode.BFLOAT16), 5);
        var report = new ComparisonReport(
                PROBLEM,
                20,
                2,
                all(SKIPJACK, AS_IT_COMES, CHANNELS_LAST, rounded),
                Map.of("libtorch", "2.10", "pytorch", "1.13"),
                MACHINE);
        assertThat(report.bestFloat32()).contains(CHANNELS_LAST);
        assertThat(report.bestBfloat16()).contains(rounded);
        assertThat(report.table().lines())
                .anyMatch(line -> line.startsWith("skipjack ") && line.contains("8.00      2.00      1.25"));
        assertThat(report.json()).contains("\"ratio_to_best_bf16_peer\":1.25,");
    }

    @Test
    void theTableHasARowForEachSide() {
        assertThat(REPORT.table().lines())
                .anyMatch(line -> line.startsWith("skipjack ") && line.contains("64,000      8.00      2.00         -"))
                .anyMatch(line -> line.startsWith("libtorch channels_last, 1 blas thread") && line.contains("4.00"))
                .anyMatch(line -> line.equals("JDK 25; environment: nothing set"));
    }

    @Test
    void withoutSkipjackThePeersAreComparedAmongThemselves() {
        var peers = new ComparisonReport(PROBLEM, 20, 2, all(AS_IT_COMES, NCHW), VERSIONS, MACHINE);
        assertThat(peers.bestFloat32()).contains(NCHW);
        assertThat(peers.table()).contains("libtorch nchw, 1 blas thread");
    }

    @Test
    void aSideThatWasLeftOutHasALineInsteadOfARowAndARatio() {
        var failure = new IllegalStateException("could not create\na primitive");
        var comparison = new Comparison(
                List.of(SKIPJACK, CHANNELS_LAST), List.of(LeftOut.of(LibTorchSetting.AS_IT_COMES, failure)));
        var report = new ComparisonReport(PROBLEM, 20, 2, comparison, VERSIONS, MACHINE);
        assertThat(report.table().lines())
                .contains("left out: libtorch nchw, blas threads: could not create")
                .anyMatch(line -> line.startsWith("skipjack ") && line.contains("64,000         -      2.00         -"))
                .noneMatch(line -> line.startsWith("as comes:") || line.startsWith("libtorch nchw"));
        assertThat(report.json())
                .contains("\"left_out\":{\"libtorch nchw, blas threads\":\"could not create\"}")
                .doesNotContain("as_it_comes");
    }
}
