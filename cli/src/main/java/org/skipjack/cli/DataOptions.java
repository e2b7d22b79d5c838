package org.skipjack.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.skipjack.train.data.DataSource;
import org.skipjack.train.data.ProgressListener;
import picocli.CommandLine.Option;

/** Which data set and where from: {@code --dataset}, {@code --data}. */
final class DataOptions {

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            converter = Published.ByName.class,
            description = "fashion-mnist or mnist. Default: fashion-mnist.")
    private @Nullable Published dataset;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder with the data set's four files, gzip or unpacked. Default: the cache, the system's "
                    + "folder, the publisher, or Debian's package, in that order.")
    private @Nullable Path folder;

    /** The data set that was named. */
    Optional<Published> named() {
        return Optional.ofNullable(dataset);
    }

    /** The data set that was named, or Fashion-MNIST. */
    Published dataset() {
        return named().orElse(Published.FASHION_MNIST);
    }

    /** The folder that was named, or all places; tells the console about downloads. */
    DataSource source(Console console) {
        DataSource source = DataSource.standard().withProgress(new DownloadMessages(console));
        return folder == null ? source : source.withFolder(folder);
    }

    /** Downloads as lines on the error stream, so that they are not taken for results. */
    private record DownloadMessages(Console console) implements ProgressListener {

        @Override
        public void trying(String place) {
            console.err().println("looking for the data set at " + place);
        }

        @Override
        public void received(String file, long bytes, long total) {
            if (bytes == total) {
                console.err().println("received " + file + ", " + Sizes.bytes(bytes));
            }
        }
    }
}
