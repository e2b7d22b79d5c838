package org.skipjack.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skipjack.nn.Module;
import org.skipjack.train.Quadrants;
import org.skipjack.train.Trainer;
import org.skipjack.train.TrainingListener;
import org.skipjack.train.TrainingOptions;
import org.skipjack.train.TrainingProgress;
import org.skipjack.train.data.Dataset;
import org.skipjack.train.safetensors.SafetensorsFile;
import org.skipjack.train.safetensors.StoredType;

class RunRecorderTest {

    private static final Dataset TRAIN = Quadrants.images(50, 1);
    private static final Dataset TEST = Quadrants.images(21, 2);

    @TempDir
    Path folder;

    private final Module net = Quadrants.netWithBatchNorm();
    private final List<String> warnings = new ArrayList<>();

    @Test
    void aFinishedRunHoldsMetricsCurvesOptionsAndWeightsAndNothingElse() throws Exception {
        var run = RunFolder.create(folder, RunFolderTest.DESCRIPTION);
        var recorder = recorder(run);

        var result = trainer(recorder).fit(TRAIN, TEST);

        recorder.requireComplete();
        assertThat(warnings).isEmpty();
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            ".lock", "metrics.jsonl", "curves.svg", "options.json", "weights.safetensors");
        }
        List<String> metrics = Files.readAllLines(run.metrics());
        // Two steps an epoch are two points.
        assertThat(metrics).hasSize(2 * (2 + 1) + 1);
        assertThat(metrics.get(0)).startsWith("{\"type\":\"point\",\"epoch\":0.5,\"train_loss\":");
        assertThat(metrics.get(2)).startsWith("{\"type\":\"epoch\",\"epoch\":1,\"train_loss\":");
        assertThat(metrics.getLast())
                .startsWith("{\"type\":\"result\",\"epochs\":2,\"stopped\":false,\"train_loss\":" + result.trainLoss()
                        + ",");
        assertThat(run.curves()).content().contains("<polyline");
    }

    @Test
    void weightsCarryPyTorchsNamesAndTypesAndTheFactsToUseThem() {
        var run = RunFolder.create(folder, RunFolderTest.DESCRIPTION);

        trainer(recorder(run)).fit(TRAIN, TEST);

        var file = SafetensorsFile.read(run.weights());
        assertThat(file.names())
                .containsExactlyInAnyOrder(
                        "1.weight",
                        "1.bias",
                        "2.weight",
                        "2.bias",
                        "2.running_mean",
                        "2.running_var",
                        "2.num_batches_tracked",
                        "4.weight",
                        "4.bias");
        assertThat(file.dtype("2.num_batches_tracked")).isEqualTo(StoredType.I64);
        assertThat(file.longs("2.num_batches_tracked")).containsExactly(4);
        assertThat(file.floats("1.weight"))
                .isEqualTo(net.stateDict().get("1.weight").toFloatArray());
        assertThat(file.metadata())
                .containsEntry("format", "pt")
                .containsEntry("model", "lenet-bn")
                .containsEntry("channels", "1")
                .containsEntry("classes", "4")
                .containsEntry("dataset", "quadrants")
                .containsEntry("version", "1.2.3")
                .containsEntry("seed", "7")
                .containsEntry("epochs", "2")
                .doesNotContainKey("resize");
    }

    @Test
    void weightsAndCurvesAreThereAfterEachEpoch() {
        var run = RunFolder.create(folder, RunFolderTest.DESCRIPTION);
        var found = new ArrayList<String>();

        trainer(recorder(run))
                .listen(new TrainingListener() {
                    @Override
                    public void onStep(TrainingProgress progress) {
                        if (progress.epoch() == 1) {
                            return;
                        }
                        found.add(Weights.read(run.weights()).metadata("epochs").orElseThrow());
                        found.add(String.valueOf(Files.exists(run.curves())));
                    }
                })
                .fit(TRAIN, TEST);

        assertThat(found).containsExactly("1", "true", "1", "true");
    }

    @Test
    void aStoppedRunHoldsTheWeightsOfItsLastStep() {
        var run = RunFolder.create(folder, RunFolderTest.DESCRIPTION);
        var trainer = trainer(recorder(run));
        trainer.listen(new TrainingListener() {
            @Override
            public void onStep(TrainingProgress progress) {
                Thread.currentThread().interrupt();
            }
        });

        trainer.fit(TRAIN, TEST);

        assertThat(Thread.interrupted()).isTrue();
        var weights = SafetensorsFile.read(run.weights());
        assertThat(weights.longs("2.num_batches_tracked")).containsExactly(1);
        assertThat(weights.metadata()).containsEntry("epochs", "0");
        assertThat(run.metrics()).content().contains("\"stopped\":true");
    }

    @Test
    void aFileThatCannotBeWrittenIsAWarningAndIsTriedAgain() throws Exception {
        var run = RunFolder.create(folder, RunFolderTest.DESCRIPTION);
        // A folder of that name cannot be replaced by a file.
        Path obstacle = Files.createDirectory(run.curves());
        Files.createFile(obstacle.resolve("full"));
        var recorder = recorder(run);

        trainer(recorder)
                .listen(new TrainingListener() {
                    @Override
                    public void onStep(TrainingProgress progress) {
                        if (progress.epoch() == 2 && progress.step() == 1) {
                            remove(obstacle.resolve("full"));
                            remove(obstacle);
                        }
                    }
                })
                .fit(TRAIN, TEST);

        assertThat(warnings).hasSize(1).first().asString().startsWith(run.curves() + ": cannot be written");
        assertThatCode(recorder::requireComplete).doesNotThrowAnyException();
        assertThat(run.curves()).isRegularFile();
    }

    @Test
    void whatCouldNotBeWrittenInTheEndIsAnError() throws Exception {
        var run = RunFolder.create(folder, RunFolderTest.DESCRIPTION);
        Files.createDirectory(run.metrics());
        var recorder = recorder(run);

        trainer(recorder).fit(TRAIN, TEST);

        assertThat(warnings).isNotEmpty();
        assertThatThrownBy(recorder::requireComplete)
                .isInstanceOf(RunFolderException.class)
                .hasMessageStartingWith(run.metrics() + ": cannot be written");
    }

    private RunRecorder recorder(RunFolder run) {
        return new RunRecorder(run, RunFolderTest.DESCRIPTION, net, warnings::add);
    }

    private Trainer trainer(RunRecorder recorder) {
        return new Trainer(net, TrainingOptions.of(2, 25, 1).withSeed(7)).listen(recorder);
    }

    private static void remove(Path path) {
        assertThatCode(() -> Files.delete(path)).doesNotThrowAnyException();
    }
}
