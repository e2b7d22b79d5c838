package org.skipjack.train.data;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs programs of the system.
 *
 * @param searchPath the folders with programs, as in the PATH variable
 */
record Commands(String searchPath) {

    /** The program of this name, as a shell would find it. */
    Optional<Path> find(String name) {
        return Stream.of(searchPath.split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name).toAbsolutePath())
                .filter(program -> Files.isRegularFile(program) && Files.isExecutable(program))
                .findFirst();
    }

    /**
     * Runs a program to its end, in English and without a terminal.
     *
     * @param folder where it runs; its output goes to a file in there
     * @throws IOException if it fails or does not end in time; the message has its last line of output
     */
    void run(Path folder, Duration limit, List<String> command) throws IOException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        String name = command.getFirst();
        var resolved = new ArrayList<>(command);
        resolved.set(
                0,
                find(name)
                        .orElseThrow(() -> new IOException("this system has no " + name))
                        .toString());
        var builder = new ProcessBuilder(resolved)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .redirectOutput(output.toFile());
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("PATH", searchPath);
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        var process = builder.start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("%s did not end within %d s".formatted(name, limit.toSeconds()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while running " + name);
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        if (process.exitValue() != 0) {
            throw new IOException(
                    "%s failed with status %d: %s".formatted(name, process.exitValue(), lastLine(output)));
        }
    }

    private static String lastLine(Path output) throws IOException {
        try (var lines = Files.lines(output, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> !line.isBlank())
                    .reduce((first, second) -> second)
                    .orElse("no output");
        }
    }
}
