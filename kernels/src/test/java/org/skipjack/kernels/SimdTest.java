package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The build runs this suite at the machine's vector width, at 256 and 128 bits, and without the vector module. */
class SimdTest {
    private static final String MODULE = "jdk.incubator.vector";

    @Test
    void thisRunUsesTheKernelsThatItsJvmOptionsCallFor() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            assertThat(Simd.AVAILABLE).isFalse();
            assertThat(Simd.BITS).isEqualTo(32);
            assertThat(Simd.REASON)
                    .isEqualTo(
                            "module jdk.incubator.vector is absent; start java with --add-modules jdk.incubator.vector");
        } else {
            assertThat(Simd.AVAILABLE).isTrue();
            assertThat(Simd.REASON).isEmpty();
            assertThat(Simd.BITS).isBetween(128, 512).isLessThanOrEqualTo(widest().orElse(512));
        }
    }

    /** What {@code -XX:MaxVectorSize} allows, in bits. */
    private static OptionalInt widest() {
        String option = "-XX:MaxVectorSize=";
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith(option))
                .mapToInt(argument -> Integer.parseInt(argument.substring(option.length())) * Byte.SIZE)
                .findFirst();
    }

    @Test
    void withTheModuleKernelsAreSimd() throws Exception {
        assertThat(report("--add-modules", MODULE)).matches("true (128|256|512) ");
    }

    @Test
    void withoutTheModuleKernelsAreScalarAndTheReasonNamesTheRemedy() throws Exception {
        assertThat(report())
                .isEqualTo("false 32 module jdk.incubator.vector is absent; "
                        + "start java with --add-modules jdk.incubator.vector");
    }

    @Test
    void aPropertySwitchesSimdOff() throws Exception {
        assertThat(report("--add-modules", MODULE, "-Dskipjack.simd=off"))
                .isEqualTo("false 32 switched off by -Dskipjack.simd=off");
    }

    /** What {@link SimdReport} prints in a JVM of its own. */
    private static String report(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), SimdReport.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output.stripLeading().lines().findFirst().orElse("");
    }
}
