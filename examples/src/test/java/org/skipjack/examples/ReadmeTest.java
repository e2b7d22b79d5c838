package org.skipjack.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what is compiled. */
class ReadmeTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern JAVA = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final int INDENT_OF_A_METHOD = 8;

    @Test
    void everyJavaExampleStandsInASource() throws IOException {
        List<String> sources = new ArrayList<>();
        try (var files = Files.walk(Path.of("src", "main", "java"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                sources.add(normalised(file));
            }
        }
        var examples = JAVA.matcher(normalised(ROOT.resolve("README.md")))
                .results()
                .map(found -> found.group(1).indent(INDENT_OF_A_METHOD))
                .toList();

        assertThat(examples)
                .isNotEmpty()
                .allSatisfy(example -> assertThat(sources)
                        .anySatisfy(source -> assertThat(source).contains(example)));
        assertThat(examples.getFirst().lines()).hasSize(10);
    }

    @Test
    void linksBetweenDocumentsLeadSomewhere() throws IOException {
        List<Path> documents = new ArrayList<>(List.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")));
        try (var files = Files.walk(ROOT.resolve("docs"))) {
            files.filter(f -> f.toString().endsWith(".md")).forEach(documents::add);
        }
        for (Path document : documents) {
            var links = LINK.matcher(Files.readString(document)).results().map(found -> found.group(1));
            assertThat(links.map(document.resolveSibling("")::resolve))
                    .as("%s", document)
                    .allSatisfy(target -> assertThat(target).exists());
        }
    }

    /** Git may check sources out with other line ends. */
    private static String normalised(Path file) throws IOException {
        return Files.readString(file).replace("\r\n", "\n");
    }
}
