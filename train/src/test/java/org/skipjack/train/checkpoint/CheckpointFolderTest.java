package org.skipjack.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skipjack.nn.Module;
import org.skipjack.train.CurvePoint;
import org.skipjack.train.EpochResult;
import org.skipjack.train.TrainingPosition;
import org.skipjack.train.TrainingState;
import org.skipjack.train.file.Disk;
import org.skipjack.train.file.RecordingDisk;
import org.skipjack.train.run.Weights;

/** Which checkpoint is found again, whatever has happened to the folder. */
class CheckpointFolderTest {

    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();
    private final Module net = Trainings.net(1);

    @Test
    void findsNothingInAFolderThatIsAbsentOrHoldsOtherFiles() throws Exception {
        assertThat(new CheckpointFolder(folder.resolve("none")).newest(warnings::add))
                .isEmpty();
        Files.writeString(folder.resolve("notes.txt"), "mine");
        Files.writeString(folder.resolve(".epoch-7.safetensors.1.tmp"), "half");

        assertThat(new CheckpointFolder(folder).newest(warnings::add)).isEmpty();
        assertThat(warnings).isEmpty();
    }

    @Test
    void findsEverythingAgainThatWasSaved() throws Exception {
        var saved = checkpoint(2, 5, 0.25, 0.5);
        var checkpoints = new CheckpointFolder(folder);

        Path file = checkpoints.save(saved);
        var found = checkpoints.newest(warnings::add).orElseThrow();

        assertThat(file).isEqualTo(found.file()).hasFileName("epoch-3-step-5.safetensors");
        assertThat(found.checkpoint().description()).isEqualTo(Trainings.DESCRIPTION);
        assertThat(found.checkpoint().state().position())
                .isEqualTo(saved.state().position());
        assertThat(Trainings.bits(found.checkpoint().state())).isEqualTo(Trainings.bits(saved.state()));
    }

    @Test
    void theModelsPartOfACheckpointIsAlsoAFileOfWeights() throws Exception {
        Path file = new CheckpointFolder(folder).save(checkpoint(1, 0, 0.5));
        Module other = Trainings.net(2);

        Weights.read(file).loadInto(other);

        net.stateDict()
                .forEach((name, variable) ->
                        assertThat(other.stateDict().get(name).toFloatArray()).isEqualTo(variable.toFloatArray()));
        assertThat(Weights.read(file).metadata("model")).contains("quadrants-net");
    }

    @Test
    void aDamagedNewestOneIsNamedAndTheOneBeforeTaken() throws Exception {
        var checkpoints = new CheckpointFolder(folder);
        checkpoints.save(checkpoint(1, 0, 0.5));
        Path newest = checkpoints.save(checkpoint(1, 3, 0.5));
        byte[] whole = Files.readAllBytes(newest);
        var random = new Random(0);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(newest, damaged);

            assertThat(checkpoints.newest(warnings::add).orElseThrow().file()).hasFileName("epoch-1.safetensors");
        }
        for (int length : new int[] {0, 7, 31, 32, 100, whole.length / 2, whole.length - 1}) {
            Files.write(newest, Arrays.copyOf(whole, length));

            assertThat(checkpoints.newest(warnings::add).orElseThrow().file()).hasFileName("epoch-1.safetensors");
        }
        assertThat(warnings).hasSize(307);
        assertThat(warnings.getFirst())
                .isEqualTo(newest + ": is damaged: its contents do not have the checksum at its end; "
                        + "going on from epoch-1.safetensors");
    }

    @Test
    void ifAllAreDamagedEachIsNamed() throws Exception {
        var checkpoints = new CheckpointFolder(folder);
        Files.writeString(checkpoints.save(checkpoint(1, 0, 0.5)), "short");
        Files.copy(checkpoints.save(checkpoint(2, 0, 0.5, 0.5)), folder.resolve("epoch-9.safetensors"));
        Files.delete(folder.resolve("epoch-2.safetensors"));

        assertThatThrownBy(() -> checkpoints.newest(warnings::add))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(folder + ": none of the 2 checkpoints is whole: ")
                .hasMessageContaining("epoch-9.safetensors: holds the checkpoint epoch-2.safetensors, was it renamed?")
                .hasMessageContaining("epoch-1.safetensors: has only 5 bytes, it was not written to its end");
    }

    @Test
    void aCheckpointWhoseRunHadAnotherOrderOfExamplesIsRefusedInOneLine() throws Exception {
        var old = checkpoint(2, 0, 0.5, 0.5);
        var metadata = new LinkedHashMap<>(CheckpointFormat.metadata(old));
        metadata.put(Weights.CHECKPOINT, "1");
        Path file = folder.resolve(old.name().file());
        Seal.write(Disk.machine(), file, CheckpointFormat.entries(old.state()), metadata);
        // Neither damage to a newer one nor an older one beside it changes that.
        Files.writeString(folder.resolve("epoch-3.safetensors"), "short");
        new CheckpointFolder(folder).save(checkpoint(1, 0, 0.5));

        assertThatThrownBy(() -> new CheckpointFolder(folder).newest(warnings::add))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(file + ": is a checkpoint of format 1, expected 2: versions with another format take the "
                        + "examples in another order; finish the run with the version that began it, or begin a new one "
                        + "from its weights with --init");
        Module other = Trainings.net(2);
        Weights.read(file).loadInto(other);
        net.stateDict()
                .forEach((name, variable) ->
                        assertThat(other.stateDict().get(name).toFloatArray()).isEqualTo(variable.toFloatArray()));
    }

    @Test
    void keepsTheNewestAndTheBest() throws Exception {
        var checkpoints = new CheckpointFolder(folder);
        Path damaged = Files.writeString(folder.resolve("epoch-99.safetensors"), "of a time to come");
        double[] accuracies = {0.5, 0.75, 0.625, 0.75, 0.5, 0.5};
        for (int epoch = 1; epoch <= accuracies.length; epoch++) {
            var now = checkpoint(epoch, 0, Arrays.copyOf(accuracies, epoch));
            checkpoints.save(now);
            checkpoints.prune(now.name(), 2, now.state().position().epochs());
        }

        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder(
                        "epoch-2.safetensors",
                        "epoch-5.safetensors",
                        "epoch-6.safetensors",
                        String.valueOf(damaged.getFileName()));
    }

    /** The old checkpoint goes only when the new one is safely there, whatever of that a crash lets reach the disk. */
    @Test
    void everyCrashDuringASaveLeavesAWholeCheckpoint(@TempDir Path crashed) throws Exception {
        var before = checkpoint(1, 3, 0.5);
        new CheckpointFolder(folder).save(before);
        var disk = new RecordingDisk(folder);
        var checkpoints = new CheckpointFolder(disk, folder);
        var after = checkpoint(2, 0, 0.5, 0.25);

        checkpoints.save(after);
        checkpoints.prune(after.name(), 1, after.state().position().epochs());

        // Pruned, since neither newest nor best.
        assertThat(folder.resolve("epoch-2-step-3.safetensors")).doesNotExist();
        var found = new ArrayList<String>();
        for (var state : disk.crashStates()) {
            Path restored = Files.createTempDirectory(crashed, "state");
            for (var file : state.entrySet()) {
                Files.write(restored.resolve(file.getKey()), file.getValue());
            }
            var newest = new CheckpointFolder(restored).newest(warnings::add).orElseThrow();
            var whole = newest.checkpoint().name().equals(before.name()) ? before : after;
            assertThat(Trainings.bits(newest.checkpoint().state())).isEqualTo(Trainings.bits(whole.state()));
            found.add(newest.file().getFileName().toString());
        }
        assertThat(found).hasSizeGreaterThan(20).contains("epoch-2-step-3.safetensors", "epoch-2.safetensors");
        // Not even a torn file under the name of a checkpoint, that would have to be told from a whole one.
        assertThat(warnings).isEmpty();
    }

    private Checkpoint checkpoint(int completed, int step, double... accuracies) {
        var epochs = new ArrayList<EpochResult>();
        for (int i = 0; i < accuracies.length; i++) {
            epochs.add(new EpochResult(i + 1, 1.1, 0.1, 1.2, accuracies[i], 50, 0.125, 0.5));
        }
        while (epochs.size() < completed) {
            epochs.add(new EpochResult(epochs.size() + 1, 1.1, 0.1, 1.2, 0, 50, 0.125, 0.5));
        }
        var position = new TrainingPosition(
                step == 0 ? completed : completed + 1,
                step == 0 ? 7 : step,
                0.1 + 0.2,
                17,
                40,
                440,
                1,
                2,
                3,
                4,
                List.of(new CurvePoint(0.2, 1.0 / 3, 0.5)),
                epochs);
        return new Checkpoint(Trainings.DESCRIPTION, new TrainingState(net.variables(), Map.of(), position));
    }
}
