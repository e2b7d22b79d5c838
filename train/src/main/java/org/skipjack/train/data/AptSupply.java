package org.skipjack.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Debian's package of the data set, downloaded by apt and unpacked into the cache without root. Where apt has no package
 * lists, as in a fresh container, it gets some of its own, which are thrown away again.
 *
 * @param packageName the package
 * @param datasetFolder the folder below {@code usr/share/datasets} that it installs
 * @param cache where files are put
 * @param commands the system's programs
 * @param progress is told of the attempt
 */
record AptSupply(
        String packageName, String datasetFolder, DatasetCache cache, Commands commands, ProgressListener progress)
        implements Supply {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    @Override
    public String place() {
        return "Debian's package " + packageName + " by apt";
    }

    @Override
    public List<Path> provide(List<PublishedFile> files) throws IOException {
        for (var program : List.of("apt-get", "dpkg-deb")) {
            if (commands.find(program).isEmpty()) {
                throw new IOException("this system has no " + program);
            }
        }
        return cache.exclusively(() -> {
            progress.trying(place());
            Path work = cache.newPartFolder(packageName);
            try {
                Path unpacked = Files.createDirectory(work.resolve("unpacked"));
                commands.run(
                        work, LIMIT, List.of("dpkg-deb", "-x", download(work).toString(), unpacked.toString()));
                return takeOver(unpacked.resolve("usr/share/datasets").resolve(datasetFolder), files);
            } finally {
                DatasetCache.delete(work);
            }
        });
    }

    private Path download(Path work) throws IOException {
        try {
            return download(work, List.of());
        } catch (IOException withSystemLists) {
            try {
                Files.createDirectories(work.resolve("lists/partial"));
                Files.createDirectories(work.resolve("archives/partial"));
                var options = List.of("-oDir::State::Lists=" + work.resolve("lists"), "-oDir::Cache=" + work);
                commands.run(
                        work,
                        LIMIT,
                        Stream.of(List.of("apt-get", "-q"), options, List.of("update"))
                                .flatMap(List::stream)
                                .toList());
                return download(work, options);
            } catch (IOException withOwnLists) {
                withSystemLists.addSuppressed(withOwnLists);
                throw withSystemLists;
            }
        }
    }

    private Path download(Path work, List<String> options) throws IOException {
        commands.run(
                work,
                LIMIT,
                Stream.of(List.of("apt-get", "-q"), options, List.of("download", packageName))
                        .flatMap(List::stream)
                        .toList());
        try (var packages = Files.newDirectoryStream(work, packageName + "_*.deb")) {
            for (Path found : packages) {
                return found;
            }
        }
        throw new IOException("apt-get left no " + packageName + "_*.deb");
    }

    private List<Path> takeOver(Path installed, List<PublishedFile> files) throws IOException {
        var copies = new ArrayList<Path>();
        for (var file : files) {
            Path part = installed.resolve(file.gzipName());
            file.read(part);
            cache.publish(part, file);
            copies.add(cache.file(file));
        }
        return copies;
    }
}
