package org.skipjack.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same seed gives the same weights, bit for bit: on a second run, on any number of threads, at any width of the
 * vectors, and without them. The bits themselves may change when a kernel does.
 */
class DeterminismTest {
    /** On this JVM, on two threads. */
    private static final Map<SeededTraining, String> EXPECTED =
            SeededTraining.all().stream().collect(Collectors.toMap(t -> t, t -> t.sha256(2)));

    @Test
    void differentTrainingsDiffer() {
        assertThat(EXPECTED.values()).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void weightsDoNotDependOnTheNumberOfThreadsNorOnTheRun(int threads) {
        EXPECTED.forEach((training, sha256) ->
                assertThat(training.sha256(threads)).as("%s", training).isEqualTo(sha256));
    }

    @ParameterizedTest
    @CsvSource({
        "256, --add-modules jdk.incubator.vector -XX:MaxVectorSize=32",
        "128, --add-modules jdk.incubator.vector -XX:MaxVectorSize=16",
        "32, -Xshare:auto"
    })
    void weightsDoNotDependOnTheWidthOfTheVectors(int maxBits, String options, @TempDir Path folder)
            throws IOException, InterruptedException {
        List<String> output = run(List.of(options.split(" ")), folder);
        assertThat(Integer.parseInt(output.getFirst())).as("bits").isLessThanOrEqualTo(maxBits);
        assertThat(output.subList(1, output.size()))
                .isEqualTo(SeededTraining.some().stream().map(EXPECTED::get).toList());
    }

    /** The lines that {@link SeededTraining} prints in a JVM with those options. */
    private static List<String> run(List<String> options, Path folder) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), SeededTraining.class.getName()));
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        int exitCode = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start()
                .waitFor();
        assertThat(exitCode).as(() -> read(errors)).isZero();
        return Files.readAllLines(output);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
