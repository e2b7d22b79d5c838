package org.skipjack.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * A Python that has PyTorch.
 *
 * @param python the interpreter
 * @param script {@code pytorch_peer.py}, a temporary copy
 * @param version of PyTorch, oneDNN and BLAS, on one line
 */
public record PyTorch(String python, Path script, String version) {

    /** Where to look: what the user calls Python, then the system's own, for which Linux distributions pack PyTorch. */
    public static final List<String> USUAL_PLACES = List.of("python3", "/usr/bin/python3");

    /**
     * Tries interpreters in order.
     *
     * @param interpreters names on the path, or files
     * @return the first that can import {@code torch}; empty if none can
     */
    public static Optional<PyTorch> find(List<String> interpreters) throws InterruptedException {
        Path script = copyScript();
        for (String python : interpreters) {
            String version = version(python, script);
            if (!version.isEmpty()) {
                return Optional.of(new PyTorch(python, script, version));
            }
        }
        return Optional.empty();
    }

    private static Path copyScript() {
        try (InputStream source = PyTorch.class.getResourceAsStream("pytorch_peer.py")) {
            if (source == null) {
                throw new IllegalStateException("pytorch_peer.py is not on the class path beside " + PyTorch.class);
            }
            Path copy = Files.createTempFile("pytorch_peer", ".py");
            copy.toFile().deleteOnExit();
            Files.copy(source, copy, StandardCopyOption.REPLACE_EXISTING);
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy pytorch_peer.py to a temporary file", e);
        }
    }

    /** The script's first line, empty if it fails. */
    private static String version(String python, Path script) throws InterruptedException {
        try {
            var process = new ProcessBuilder(python, script.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
                String line = reader.readLine();
                reader.transferTo(Writer.nullWriter());
                return process.waitFor() == 0 && line != null ? line : "";
            }
        } catch (IOException noSuchProgram) {
            return "";
        }
    }
}
