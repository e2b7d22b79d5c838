package org.skipjack.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder on this machine. Files may be plain or gzip, directly in it or in one of the sub-folders; they must all stand
 * together.
 *
 * @param name what the folder is
 * @param folder the folder
 * @param subfolders looked into when the folder itself has none of the files
 */
record FolderSupply(String name, Path folder, List<String> subfolders) implements Supply {

    @Override
    public String place() {
        return name + " " + folder;
    }

    @Override
    public List<Path> provide(List<PublishedFile> files) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        var candidates = Stream.concat(Stream.of(folder), subfolders.stream().map(folder::resolve))
                .toList();
        for (Path candidate : candidates) {
            var found = new ArrayList<Path>();
            var missing = new ArrayList<String>();
            for (var file : files) {
                Path copy = find(candidate, file);
                if (copy == null) {
                    missing.add(file.gzipName());
                } else {
                    found.add(copy);
                }
            }
            if (missing.isEmpty()) {
                return found;
            }
            if (!found.isEmpty()) {
                throw new IOException("%s has %s but not %s".formatted(candidate, names(found), missing));
            }
        }
        throw new IOException(Files.exists(folder) ? "has none of the files" : "no such folder");
    }

    private static @Nullable Path find(Path folder, PublishedFile file) {
        for (var name : List.of(file.gzipName(), file.name())) {
            Path copy = folder.resolve(name);
            if (Files.exists(copy)) {
                return copy;
            }
        }
        return null;
    }

    private static List<String> names(List<Path> files) {
        return files.stream().map(file -> String.valueOf(file.getFileName())).toList();
    }
}
