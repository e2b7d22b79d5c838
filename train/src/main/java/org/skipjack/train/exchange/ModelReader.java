package org.skipjack.train.exchange;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Reads models that bring their structure along and need no name of ours, such as ONNX's. Found by {@link ServiceLoader}:
 * named in {@code module-info} ({@code provides}) and, for the class path, in {@code META-INF/services}.
 */
public interface ModelReader {

    /** How its files end, without the dot: {@code onnx}. */
    String ending();

    /**
     * Reads a model of images.
     *
     * @throws RuntimeException in one line if the file cannot be read, or is no model that takes images and gives logits
     */
    StoredModel read(Path file);

    /** The reader of files that end as this one; empty if there is none. */
    static Optional<ModelReader> of(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return ServiceLoader.load(ModelReader.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(reader -> name.endsWith("." + reader.ending()))
                .findFirst();
    }
}
