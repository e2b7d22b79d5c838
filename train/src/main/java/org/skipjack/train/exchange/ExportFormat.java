package org.skipjack.train.exchange;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * A format in which a net can be handed to other systems. Found by {@link ServiceLoader}: named in {@code module-info}
 * ({@code provides}) and, for the class path, in {@code META-INF/services}.
 */
public interface ExportFormat {

    /** The name by which it is asked for, {@code safetensors}; also the usual ending of its files. */
    String name();

    /** One line on what reads it. */
    String description();

    /**
     * Writes a file; a reader sees the old one or the new one.
     *
     * @param foldBatchNorm whether the batch norms are to be folded into the layers before them, where the format can hold that
     * @throws IllegalArgumentException if the format cannot hold the net, or cannot hold it folded
     * @throws RuntimeException in one line if the file cannot be written
     */
    void write(Path file, StoredModel model, boolean foldBatchNorm);

    /** All formats there are, by name. */
    static List<ExportFormat> all() {
        return ServiceLoader.load(ExportFormat.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(ExportFormat::name))
                .toList();
    }

    /**
     * The format of that name.
     *
     * @throws IllegalArgumentException if there is none, listing the names there are
     */
    static ExportFormat find(String name) {
        List<ExportFormat> all = all();
        return all.stream()
                .filter(format -> format.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no format \"" + name + "\"; there are "
                        + all.stream().map(ExportFormat::name).collect(Collectors.joining(", "))));
    }
}
