package org.skipjack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** What holds for every file of sources, in the workshop and the tests too. */
class SourceFilesTest {
    private static final Set<String> PUBLISHED = Set.of("kernels", "core", "nn", "train", "interop", "examples");
    private static final Pattern UNEXPLAINED =
            Pattern.compile("no comment|no main description|use of default constructor");
    private static final Path PROJECT = project();
    private static final List<Path> FILES = files();

    private static Path project() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("kernels/pom.xml"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    private static List<Path> files() {
        try (Stream<Path> modules = Files.list(PROJECT)) {
            return modules.filter(module -> Files.exists(module.resolve("pom.xml")))
                    .map(module -> module.resolve("src"))
                    .filter(Files::isDirectory)
                    .flatMap(SourceFilesTest::sources)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<Path> sources(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A file that outgrows its budget has two ideas in it. */
    @Test
    void keepTheirBudgetOfLines() {
        assertThat(FILES).hasSizeGreaterThan(100);
        assertThat(FILES.stream()
                        .filter(file -> lines(file).size() > budget(file))
                        .map(file ->
                                name(file) + " has " + lines(file).size() + " lines, its budget is " + budget(file)))
                .isEmpty();
    }

    private static int budget(Path file) {
        if (file.endsWith("org/skipjack/core/Tensor.java")) {
            return 400;
        }
        // Kernels and their tests pass each array with its offset, one to a line.
        return file.startsWith(PROJECT.resolve("kernels")) ? 400 : 300;
    }

    @Test
    void stateWhatTheirPackageIsForAndThatItIsFreeOfNulls() {
        var folders = new TreeSet<Path>();
        FILES.stream()
                .filter(SourceFilesTest::isMain)
                .filter(file -> !file.endsWith("module-info.java"))
                .forEach(file -> folders.add(file.getParent()));
        assertThat(folders).allSatisfy(folder -> {
            Path info = folder.resolve("package-info.java");
            assertThat(info).exists();
            assertThat(String.join("\n", lines(info)))
                    .as(name(info))
                    .startsWith("/**")
                    .contains("pen {@link", "@NullMarked");
        });
    }

    /**
     * Tags are not demanded: a line often says more than a list of parameters. What javac's doclint finds wrong in a
     * comment that is there, the build refuses.
     */
    @Test
    void everythingPublicIsExplained() throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var findings = new DiagnosticCollector<JavaFileObject>();
        try (var manager = compiler.getStandardFileManager(findings, Locale.ROOT, null)) {
            var published = FILES.stream()
                    .filter(file -> isMain(file) && !file.endsWith("module-info.java"))
                    .filter(file -> PUBLISHED.contains(
                            PROJECT.relativize(file).getName(0).toString()))
                    .toList();
            List<String> options = new ArrayList<>(List.of("-proc:none", "-Xmaxwarns", "10000"));
            options.addAll(List.of("-Xdoclint:missing/protected", "-Xdoclint/package:-org.skipjack.core.cpu"));
            options.addAll(List.of("--add-modules", "jdk.incubator.vector"));
            var sources = manager.getJavaFileObjectsFromPaths(published);
            var task = (JavacTask) compiler.getTask(null, manager, findings, options, null, sources);
            assertThat(task.analyze()).isNotEmpty();
        }
        assertThat(findings.getDiagnostics().stream()
                        .filter(SourceFilesTest::leavesUnexplained)
                        .map(Object::toString))
                .isEmpty();
    }

    private static boolean leavesUnexplained(Diagnostic<?> found) {
        return found.getKind() == Diagnostic.Kind.ERROR
                || UNEXPLAINED.matcher(found.getMessage(Locale.ROOT)).lookingAt();
    }

    private static boolean isMain(Path file) {
        return PROJECT.relativize(file).subpath(1, 3).equals(Path.of("src", "main"));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String name(Path file) {
        return PROJECT.relativize(file).toString();
    }
}
