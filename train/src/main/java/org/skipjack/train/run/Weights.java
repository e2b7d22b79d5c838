package org.skipjack.train.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.nn.Module;
import org.skipjack.train.safetensors.SafetensorsEntry;
import org.skipjack.train.safetensors.SafetensorsException;
import org.skipjack.train.safetensors.SafetensorsFile;

/**
 * The state of a module in a safetensors file, under PyTorch's names and with PyTorch's types: floats, and 64-bit whole
 * numbers for {@code num_batches_tracked}.
 *
 * <pre>{@code
 * Weights.write(file, net, Map.of("format", "pt"));
 * Weights.read(file).loadInto(net);
 * }</pre>
 */
public final class Weights {

    /** The one name whose values PyTorch keeps as whole numbers. */
    private static final String COUNTER = "num_batches_tracked";

    private final Path source;
    private final SafetensorsFile file;

    private Weights(Path source, SafetensorsFile file) {
        this.source = source;
        this.file = file;
    }

    /**
     * Writes the module's state; a reader sees the old file or the new one.
     *
     * @throws SafetensorsException if the file cannot be written
     */
    public static void write(Path file, Module module, Map<String, String> metadata) {
        List<SafetensorsEntry> entries = new ArrayList<>();
        module.stateDict().forEach((name, variable) -> entries.add(entry(name, variable)));
        SafetensorsFile.write(file, entries, metadata);
    }

    private static SafetensorsEntry entry(String name, Variable variable) {
        int[] shape = variable.shape().dims();
        float[] values = variable.toFloatArray();
        if (!isCounter(name)) {
            return SafetensorsEntry.ofFloats(name, shape, values);
        }
        var counts = new long[values.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = (long) values[i];
        }
        return SafetensorsEntry.ofLongs(name, shape, counts);
    }

    /**
     * Reads a file.
     *
     * @throws SafetensorsException if it cannot be read or is malformed
     */
    public static Weights read(Path file) {
        return new Weights(file, SafetensorsFile.read(file));
    }

    /**
     * Copies all values into a module.
     *
     * @throws org.skipjack.nn.StateDictException naming every key that is missing, unexpected or of another shape; the
     *     module is then unchanged
     * @throws SafetensorsException if a tensor has a type that no parameter has
     */
    public void loadInto(Module module) {
        var state = new LinkedHashMap<String, Tensor>();
        for (String name : file.names()) {
            state.put(name, Tensor.wrap(isCounter(name) ? counts(name) : file.floats(name), file.shape(name)));
        }
        module.loadStateDict(state);
    }

    private float[] counts(String name) {
        long[] counts = file.longs(name);
        var values = new float[counts.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = counts[i];
        }
        return values;
    }

    private static boolean isCounter(String name) {
        return name.equals(COUNTER) || name.endsWith("." + COUNTER);
    }

    /** A fact that was written with the weights, such as {@code model}. */
    public Optional<String> metadata(String name) {
        return Optional.ofNullable(file.metadata().get(name));
    }

    /**
     * A whole number that was written with the weights, such as {@code classes}.
     *
     * @throws RunFolderException if it is there and not a positive whole number
     */
    public OptionalInt number(String name) {
        String text = file.metadata().get(name);
        if (text == null) {
            return OptionalInt.empty();
        }
        try {
            int value = Integer.parseInt(text);
            if (value > 0) {
                return OptionalInt.of(value);
            }
        } catch (NumberFormatException e) {
            throw notPositive(name, e);
        }
        throw notPositive(name, null);
    }

    private RunFolderException notPositive(String name, @Nullable Throwable cause) {
        return new RunFolderException(
                source,
                "its metadata say that " + name + " is not a positive whole number",
                "is it one of ours?",
                cause);
    }
}
