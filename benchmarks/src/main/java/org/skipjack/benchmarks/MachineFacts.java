package org.skipjack.benchmarks;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.skipjack.kernels.Simd;
import org.skipjack.train.run.JsonObject;

/**
 * What a measurement depends on besides the program's options.
 *
 * @param processor model name as Linux tells it, elsewhere the architecture
 * @param logicalProcessors that the JVM may use
 * @param system name and version of the operating system
 * @param jdk version and vendor, and the width of its vectors
 * @param environment the variables that are set among those that steer native threads and memory, {@code NAME=value}
 * @param commit of the source folder that the program was started in, {@code +} when files there differ; "unknown" elsewhere
 * @param date in UTC
 */
public record MachineFacts(
        String processor,
        int logicalProcessors,
        String system,
        String jdk,
        String environment,
        String commit,
        LocalDate date) {

    private static final Pattern STEERING =
            Pattern.compile("(ATEN|OMP|GOMP|KMP|OPENBLAS|MKL|ONEDNN|DNNL|MALLOC)_.*|LD_PRELOAD|GLIBC_TUNABLES");

    /** Reads the facts of this machine and moment. */
    public static MachineFacts read() throws InterruptedException {
        return new MachineFacts(
                processorModel(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vendor.version", Runtime.version().toString()) + ", vectors of " + Simd.BITS
                        + " bits",
                steeringVariables(),
                currentCommit(),
                LocalDate.now(ZoneOffset.UTC));
    }

    /** The facts on three lines. */
    public String lines() {
        return "%s, %d logical processors, %s%nJDK %s; environment: %s%ncommit %s, %s"
                .formatted(
                        processor,
                        logicalProcessors,
                        system,
                        jdk,
                        environment.isEmpty() ? "nothing set" : environment,
                        commit,
                        date);
    }

    private static String steeringVariables() {
        return System.getenv().entrySet().stream()
                .filter(variable -> STEERING.matcher(variable.getKey()).matches())
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static String processorModel() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElseGet(() -> System.getProperty("os.arch"));
        } catch (IOException noProcFileSystem) {
            return System.getProperty("os.arch");
        }
    }

    /** The facts as an object within a report. */
    JsonObject json() {
        return new JsonObject()
                .put("processor", processor)
                .put("logical_processors", logicalProcessors)
                .put("system", system)
                .put("jdk", jdk)
                .put("environment", environment)
                .put("commit", commit)
                .put("date", date.toString());
    }

    private static String currentCommit() throws InterruptedException {
        String head = git("rev-parse", "--short", "HEAD");
        if (head.isEmpty()) {
            return "unknown";
        }
        return git("status", "--porcelain").isEmpty() ? head : head + "+";
    }

    /** First line of git's output, empty if it fails or is not there. */
    private static String git(String... arguments) throws InterruptedException {
        try {
            var process = new ProcessBuilder(Stream.concat(Stream.of("git"), Stream.of(arguments))
                            .toList())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
                String line = reader.readLine();
                reader.transferTo(Writer.nullWriter());
                return process.waitFor() == 0 && line != null ? line : "";
            }
        } catch (IOException noGit) {
            return "";
        }
    }
}
