package org.skipjack.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skipjack.train.TrainingOptions;

class RunFolderTest {

    static final RunDescription DESCRIPTION = new RunDescription(
            "lenet-bn",
            1,
            4,
            "quadrants",
            OptionalInt.empty(),
            TrainingOptions.of(2, 25, 1).withSeed(7),
            "1.2.3",
            Map.of("device", "reference"));

    @TempDir
    Path folder;

    @Test
    void runsAreNumberedInAFolderThatIsMadeOnDemand() {
        Path runs = folder.resolve("a/runs");

        assertThat(RunFolder.next(runs, DESCRIPTION).path()).isEqualTo(runs.resolve("lenet-bn-1"));
        assertThat(RunFolder.next(runs, DESCRIPTION).path()).isEqualTo(runs.resolve("lenet-bn-2"));
    }

    @Test
    void aNewRunTellsItsOptionsAtOnce() throws Exception {
        var run = RunFolder.create(folder.resolve("new"), DESCRIPTION);

        assertThat(run.options())
                .hasContent(
                        "{\"skipjack_run\":1,\"version\":\"1.2.3\",\"model\":\"lenet-bn\",\"channels\":1,\"classes\":4,"
                                + "\"dataset\":\"quadrants\",\"resize\":null,\"epochs\":2,\"batch_size\":25,\"learning_rate\":1.0,"
                                + "\"momentum\":0.0,\"nesterov\":false,\"weight_decay\":0.0,\"seed\":7,"
                                + "\"environment\":{\"device\":\"reference\"}}");
        assertThat(RunFolder.isRun(run.path())).isTrue();
    }

    @Test
    void anEmptyFolderIsTaken() {
        assertThat(RunFolder.create(folder, DESCRIPTION).path()).isEqualTo(folder);
    }

    @Test
    void theFolderOfAnEarlierRunIsTakenAndItsFilesGo() throws Exception {
        var run = RunFolder.create(folder, DESCRIPTION);
        Files.writeString(run.weights(), "old");
        Files.writeString(run.metrics(), "old");
        Files.createDirectory(run.checkpoints());
        Files.writeString(run.checkpoints().resolve("epoch-1.safetensors"), "old");
        Path notes = Files.writeString(folder.resolve("notes.txt"), "mine");
        run.close();

        RunFolder.create(folder, DESCRIPTION);

        assertThat(run.weights()).doesNotExist();
        assertThat(run.metrics()).doesNotExist();
        assertThat(run.checkpoints()).doesNotExist();
        assertThat(notes).hasContent("mine");
    }

    @Test
    void aFolderWithOtherFilesIsRefusedAndLeftAlone() throws Exception {
        Path other = Files.writeString(folder.resolve("weights.safetensors"), "somebody's");
        Files.writeString(folder.resolve("options.json"), "{\"skipjack\": no run}");

        assertThatThrownBy(() -> RunFolder.create(folder, DESCRIPTION))
                .isInstanceOf(RunFolderException.class)
                .hasMessage(folder + ": this folder holds other files; give a new or empty folder, or that of a run");
        assertThat(other).hasContent("somebody's");
    }

    @Test
    void aFolderInWhichATrainingGoesOnIsRefusedUntilItEnds() throws Exception {
        var run = RunFolder.create(folder, DESCRIPTION);
        Files.createDirectory(run.checkpoints());
        String refusal = folder + ": another process trains in this folder; wait for it, or choose another folder";

        assertThatThrownBy(() -> RunFolder.create(folder, DESCRIPTION)).hasMessage(refusal);
        assertThatThrownBy(() -> RunFolder.reopen(folder)).hasMessage(refusal);
        run.close();
        RunFolder.reopen(folder).close();
    }

    @Test
    void whatIsReopenedHasBegunAndLosesItsTemporaryFiles() throws Exception {
        assertThatThrownBy(() -> RunFolder.reopen(folder)).hasMessageContaining("this folder is not that of a run");
        try (var run = RunFolder.create(folder, DESCRIPTION)) {
            assertThatThrownBy(() -> RunFolder.reopen(folder)).hasMessageContaining("this run has no checkpoint");
            Files.createDirectory(run.checkpoints());
        }
        Path left = Files.writeString(folder.resolve("checkpoints/.epoch-1.safetensors.1.tmp"), "half");

        RunFolder.reopen(folder).close();

        assertThat(left).doesNotExist();
        assertThat(RunFolder.isRun(folder)).isTrue();
    }

    @Test
    void aFileInTheWayIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> RunFolder.create(file, DESCRIPTION))
                .isInstanceOf(RunFolderException.class)
                .hasMessageStartingWith(file + ": cannot be written (a file of that name is in the way)");
    }

    @Test
    void weightsAreFoundInARunOrAsAFile() throws Exception {
        var run = RunFolder.create(folder.resolve("run"), DESCRIPTION);
        assertThatThrownBy(() -> RunFolder.weightsOf(run.path()))
                .hasMessageContaining("this run has no weights.safetensors yet");
        Files.writeString(run.weights(), "");

        assertThat(RunFolder.weightsOf(run.path())).isEqualTo(run.weights());
        assertThat(RunFolder.weightsOf(folder.resolve("some.safetensors")))
                .isEqualTo(folder.resolve("some.safetensors"));
        assertThatThrownBy(() -> RunFolder.weightsOf(folder)).hasMessageContaining("not that of a run");
    }
}
