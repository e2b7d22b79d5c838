package org.skipjack.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skipjack.kernels.GeneratedKernels;
import org.skipjack.kernels.Simd;

/** No kernel of a model that comes along is larger than HotSpot compiles well, at any width of the vectors. */
class ModelKernelsTest {
    @Test
    void areSmallEnoughToBeCompiledWell() {
        List<GeneratedKernels.Kernel> kernels = ModelKernels.generate();
        assertThat(kernels).hasSizeGreaterThan(Simd.AVAILABLE ? 100 : -1);
        assertThat(kernels)
                .allSatisfy(kernel -> assertThat(kernel.bytes())
                        .as(kernel.name())
                        .isPositive()
                        .isLessThanOrEqualTo(GeneratedKernels.LARGEST));
    }

    /** Bytes of the widest vectors. A process generates on one thread, so two of them run at the same time. */
    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @ValueSource(ints = {32, 16})
    void areSmallEnoughWithNarrowerVectors(int bytes, @TempDir Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        int exitCode = new ProcessBuilder(
                        java,
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-XX:MaxVectorSize=" + bytes,
                        "-cp",
                        System.getProperty("java.class.path"),
                        ModelKernels.class.getName())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start()
                .waitFor();
        assertThat(exitCode).as(() -> errors(errors)).isZero();
        List<String> lines = Files.readAllLines(output);
        assertThat(Integer.parseInt(lines.getFirst())).isGreaterThan(100);
        assertThat(lines.subList(1, lines.size())).as("too large").isEmpty();
    }

    private static String errors(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
