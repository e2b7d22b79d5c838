package org.skipjack.train.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of another writer, the script in {@code core/src/test/fixtures}, with the counts that it reported. */
class PyTorchFixturesTest {

    private static final Map<String, Integer> TENSORS = Map.of(
            "ops_conv2d", 146,
            "ops_linear", 30,
            "ops_batchnorm", 492,
            "ops_activations", 54,
            "ops_cross_entropy", 91,
            "ops_pooling", 60,
            "optim_sgd", 28,
            "initialisers", 87,
            "lenet_bn_trajectory", 108);

    @Test
    void readsEveryFixture() throws IOException {
        var counts = new LinkedHashMap<String, Integer>();
        try (var files = Files.list(folder())) {
            for (Path path : files.toList()) {
                SafetensorsFile file = SafetensorsFile.read(path);
                counts.put(
                        path.getFileName().toString().replace(".safetensors", ""),
                        file.names().size());
                assertThat(file.metadata()).containsKeys("torch", "script", "description");
                for (String name : file.names()) {
                    if (file.dtype(name) == StoredType.F32 || file.dtype(name) == StoredType.F64) {
                        assertThat(file.floats(name)).as(path + " " + name).doesNotContain(Float.NaN);
                    } else {
                        assertThat(file.longs(name)).as(path + " " + name).isNotEmpty();
                    }
                }
            }
        }
        assertThat(counts).containsExactlyInAnyOrderEntriesOf(TENSORS);
    }

    @Test
    void readsTheTypesAndShapesOfAPyTorchStateDict() {
        SafetensorsFile file = SafetensorsFile.read(folder().resolve("lenet_bn_trajectory.safetensors"));
        assertThat(file.dtype("0.weight")).isEqualTo(StoredType.F32);
        assertThat(file.shape("0.weight")).containsExactly(6, 1, 5, 5);
        assertThat(file.shape("1.num_batches_tracked")).isEmpty();
        assertThat(file.longs("after/1.num_batches_tracked")).containsExactly(10);
        assertThat(file.floats("1.running_var")).containsOnly(1f);
        assertThat(Arrays.stream(file.longs("labels"))).hasSize(320).allMatch(label -> label >= 0 && label < 10);
        assertThat(Arrays.stream(file.longs("pixels"))).allMatch(level -> level >= 0 && level <= 255);
    }

    @Test
    void writesTheFloatsOfAPyTorchFileBackByteForByte(@TempDir Path folder) throws IOException {
        Path original = folder().resolve("optim_sgd.safetensors");
        SafetensorsFile file = SafetensorsFile.read(original);
        // The script's F64 tensors cannot be written here; the F32 ones keep their order and their bytes.
        List<String> names = file.names().stream()
                .filter(name -> file.dtype(name) == StoredType.F32)
                .toList();
        Path copy = folder.resolve("copy.safetensors");
        SafetensorsFile.write(
                copy,
                names.stream()
                        .map(name -> SafetensorsEntry.ofFloats(name, file.shape(name), file.floats(name)))
                        .toList(),
                file.metadata());
        SafetensorsFile back = SafetensorsFile.read(copy);
        assertThat(back.names()).isEqualTo(names);
        assertThat(back.metadata()).isEqualTo(file.metadata());
        byte[] originalBytes = Files.readAllBytes(original);
        byte[] copiedBytes = Files.readAllBytes(copy);
        int floats =
                names.stream().mapToInt(name -> 4 * file.floats(name).length).sum();
        assertThat(Arrays.copyOfRange(copiedBytes, copiedBytes.length - floats, copiedBytes.length))
                .isEqualTo(Arrays.copyOfRange(originalBytes, originalBytes.length - floats, originalBytes.length));
    }

    /** The folder of core's test resources, wherever below the repository's root the tests run. */
    private static Path folder() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path candidate = at.resolve("core/src/test/resources/fixtures");
            if (Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        throw new AssertionError(
                "no core/src/test/resources/fixtures above " + Path.of("").toAbsolutePath());
    }
}
