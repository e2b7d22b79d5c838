package org.skipjack.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** The file that {@code --class-names} names: UTF-8, one name a line, in the order of the labels. */
final class ClassNames {

    private ClassNames() {}

    /** Reads as many names as there are classes; empty lines at the end do not count. */
    static List<String> read(@Nullable CommandSpec command, Path file, int classes) throws IOException {
        List<String> lines;
        try {
            lines = Files.readString(file).strip().lines().map(String::strip).toList();
        } catch (NoSuchFileException e) {
            throw WrongUse.of(command, "--class-names: there is no file " + file);
        } catch (CharacterCodingException e) {
            throw WrongUse.of(command, "--class-names: " + file + " is not text in UTF-8");
        }
        if (lines.size() != classes) {
            throw WrongUse.of(
                    command,
                    "--class-names: " + file + " has " + lines.size() + " lines, the model " + classes + " classes");
        }
        int empty = lines.indexOf("");
        if (empty >= 0) {
            throw WrongUse.of(command, "--class-names: line " + (empty + 1) + " of " + file + " is empty");
        }
        return lines;
    }
}
