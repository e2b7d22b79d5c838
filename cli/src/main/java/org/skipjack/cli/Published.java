package org.skipjack.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.skipjack.train.data.DataSource;
import org.skipjack.train.data.DataSourceReport;
import org.skipjack.train.data.FashionMnist;
import org.skipjack.train.data.ImageDataset;
import org.skipjack.train.data.Mnist;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A published data set that a command may name.
 *
 * @param label as on the command line and in a run's options
 * @param training gives the training half
 * @param testing gives the test half
 * @param fetching makes sure that the files are there, and gives their folder
 * @param inspecting looks at each place
 */
record Published(
        String label,
        Loader<ImageDataset> training,
        Loader<ImageDataset> testing,
        Loader<Path> fetching,
        Function<DataSource, DataSourceReport> inspecting) {

    static final Published FASHION_MNIST = new Published(
            "fashion-mnist", FashionMnist::train, FashionMnist::test, FashionMnist::fetch, FashionMnist::inspect);
    static final Published MNIST = new Published("mnist", Mnist::train, Mnist::test, Mnist::fetch, Mnist::inspect);
    static final List<Published> ALL = List.of(FASHION_MNIST, MNIST);

    /** Gives data from a source, or tells why it cannot. */
    @FunctionalInterface
    interface Loader<T> {
        T from(DataSource source) throws IOException;
    }

    /** The data set of that name, as users write it. */
    static Optional<Published> named(String name) {
        return ALL.stream().filter(published -> published.label.equals(name)).findFirst();
    }

    ImageDataset train(DataSource source) throws IOException {
        return training.from(source);
    }

    ImageDataset test(DataSource source) throws IOException {
        return testing.from(source);
    }

    Path fetch(DataSource source) throws IOException {
        return fetching.from(source);
    }

    DataSourceReport inspect(DataSource source) {
        return inspecting.apply(source);
    }

    @Override
    public String toString() {
        return label;
    }

    /** Finds a data set by name for the command line. */
    static final class ByName implements ITypeConverter<Published> {
        @Override
        public Published convert(String name) {
            return named(name)
                    .orElseThrow(() -> new TypeConversionException("'" + name + "' is not fashion-mnist or mnist"));
        }
    }
}
