package org.skipjack.train.data;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A data set of three training and two test images of 4 x 4, published like the real ones. */
final class TinyPublication {

    /** The gzip files by name, as a publisher has them. */
    static final Map<String, byte[]> FILES = Map.of(
            "train-images.gz", IdxBytes.gzip(IdxBytes.images(3, 4, 4, 1)),
            "train-labels.gz", IdxBytes.gzip(IdxBytes.labels(0, 1, 1)),
            "test-images.gz", IdxBytes.gzip(IdxBytes.images(2, 4, 4, 100)),
            "test-labels.gz", IdxBytes.gzip(IdxBytes.labels(1, 0)));

    /** Plain http is for the loopback interface of these tests only; all else is as in earnest, but quicker. */
    static final TransferRules RULES =
            new TransferRules(Set.of("http"), 3, Duration.ofSeconds(2), Duration.ofMillis(1500));

    private TinyPublication() {}

    static Publication at(URI... addresses) {
        return new Publication(
                "Tiny",
                "tiny",
                List.of("a", "b"),
                file("train-images", IdxBytes.images(3, 4, 4, 1), 3, 4, 4),
                file("train-labels", IdxBytes.labels(0, 1, 1), 3),
                file("test-images", IdxBytes.images(2, 4, 4, 100), 2, 4, 4),
                file("test-labels", IdxBytes.labels(1, 0), 2),
                List.of("Tiny/raw"),
                List.of(addresses),
                "dataset-tiny");
    }

    private static PublishedFile file(String name, byte[] contents, int... dimensions) {
        return new PublishedFile(
                name, IdxSpec.exactly(ElementType.UNSIGNED_BYTE, dimensions), IdxBytes.sha256(contents));
    }

    /** A source with its cache in this folder and nothing else on the machine. */
    static DataSource source(Path cache) {
        return DataSource.in(new Surroundings(cache, List.of(), RULES, new Commands("")));
    }

    /** Writes all four files, as they are published. */
    static void writeAll(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (var file : FILES.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
    }
}
