package org.skipjack.train.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
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

    /** Metadata key of a checkpoint, which holds more than weights. */
    public static final String CHECKPOINT = "skipjack_checkpoint";

    /** What the names of a model's variables begin with in a checkpoint. */
    public static final String MODEL = "model.";

    /** The one name whose values PyTorch keeps as whole numbers. */
    private static final String COUNTER = "num_batches_tracked";

    private final Path source;
    private final Map<String, String> metadata;
    private final Map<String, Stored> tensors;

    /** A tensor that is decoded when it is asked for. */
    private record Stored(Supplier<Shape> shape, Supplier<Tensor> values) {}

    private Weights(Path source, Map<String, String> metadata, Map<String, Stored> tensors) {
        this.source = source;
        this.metadata = metadata;
        this.tensors = tensors;
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

    /** One variable with its PyTorch type, read when this is called. */
    public static SafetensorsEntry entry(String name, Tensor variable) {
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
     * Reads a file; of a checkpoint, the model's part.
     *
     * @throws SafetensorsException if it cannot be read or is malformed
     */
    public static Weights read(Path file) {
        SafetensorsFile contents = SafetensorsFile.read(file);
        var tensors = new LinkedHashMap<String, Stored>();
        String prefix = contents.metadata().containsKey(CHECKPOINT) ? MODEL : "";
        for (String name : contents.names()) {
            if (!name.startsWith(prefix)) {
                continue;
            }
            tensors.put(
                    name.substring(prefix.length()),
                    new Stored(
                            () -> Shape.of(contents.shape(name)),
                            () -> Tensor.wrap(contents.floats(name), contents.shape(name))));
        }
        return new Weights(file, contents.metadata(), tensors);
    }

    /** The state of a module that was itself read from a file, of another format. */
    public static Weights of(Path source, Module module, Map<String, String> metadata) {
        var tensors = new LinkedHashMap<String, Stored>();
        module.stateDict().forEach((name, variable) -> tensors.put(name, new Stored(variable::shape, () -> variable)));
        return new Weights(source, Map.copyOf(metadata), tensors);
    }

    /**
     * The same values under shorter names: those that begin with the prefix, such as {@code module.}, without it, all others
     * as they are.
     *
     * @throws RunFolderException if two tensors would have one name
     */
    public Weights withoutPrefix(String prefix) {
        var shorter = new LinkedHashMap<String, Stored>();
        tensors.forEach((name, stored) -> {
            String rest = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
            if (shorter.putIfAbsent(rest, stored) != null) {
                throw new RunFolderException(
                        source, "without " + prefix + " two of its tensors are named " + rest, "keep the prefix", null);
            }
        });
        return new Weights(source, metadata, shorter);
    }

    /** The same values with other facts beside them. */
    public Weights withMetadata(Map<String, String> facts) {
        return new Weights(source, Map.copyOf(facts), tensors);
    }

    /** The names of the tensors, in the file's order. */
    public List<String> names() {
        return List.copyOf(tensors.keySet());
    }

    /** The shape of a tensor; empty if there is none of that name. */
    public Optional<Shape> shape(String name) {
        return Optional.ofNullable(tensors.get(name))
                .map(stored -> stored.shape().get());
    }

    /**
     * The values of a tensor, whole numbers as floats.
     *
     * @throws RunFolderException if there is none of that name
     * @throws SafetensorsException if it has a type that no parameter has
     */
    public Tensor tensor(String name) {
        Stored stored = tensors.get(name);
        if (stored == null) {
            throw new RunFolderException(source, "it has no tensor " + name, "it has " + tensors.keySet(), null);
        }
        return stored.values().get();
    }

    /** Where the values came from. */
    public Path source() {
        return source;
    }

    /**
     * Copies all values into a module. If the file has no {@code num_batches_tracked} at all, as those of PyTorch before 0.4.1,
     * the module's become 0, as in PyTorch.
     *
     * @throws org.skipjack.nn.StateDictException naming the keys that are missing, unexpected or of another shape; the
     *     module is then unchanged
     * @throws SafetensorsException if a tensor has a type that no parameter has
     */
    public void loadInto(Module module) {
        module.loadStateDict(state(module));
    }

    /**
     * All values by name, and zeros for the module's counters if the file has none; what {@link #loadInto} copies.
     *
     * @throws SafetensorsException if a tensor has a type that no parameter has
     */
    public Map<String, Tensor> state(Module module) {
        var state = new LinkedHashMap<String, Tensor>();
        for (String name : tensors.keySet()) {
            if (!isOnlyOfCheckpoints(name, module)) {
                state.put(name, tensor(name));
            }
        }
        if (tensors.keySet().stream().noneMatch(Weights::isCounter)) {
            module.stateDict().keySet().stream()
                    .filter(Weights::isCounter)
                    .forEach(name -> state.put(name, Tensor.full(0)));
        }
        return state;
    }

    /** A checkpoint also has what a module's state dict leaves out, such as the counter of a dropout. */
    private boolean isOnlyOfCheckpoints(String name, Module module) {
        return metadata.containsKey(CHECKPOINT)
                && module.variables().containsKey(name)
                && !module.stateDict().containsKey(name);
    }

    private static boolean isCounter(String name) {
        return name.equals(COUNTER) || name.endsWith("." + COUNTER);
    }

    /** All that was written with the weights beside them. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** A fact that was written with the weights, such as {@code model}. */
    public Optional<String> metadata(String name) {
        return Optional.ofNullable(metadata.get(name));
    }

    /**
     * A whole number that was written with the weights, such as {@code classes}.
     *
     * @throws RunFolderException if it is there and not a positive whole number
     */
    public OptionalInt number(String name) {
        String text = metadata.get(name);
        if (text == null) {
            return OptionalInt.empty();
        }
        try {
            int value = Integer.parseInt(text);
            if (value > 0) {
                return OptionalInt.of(value);
            }
        } catch (NumberFormatException e) {
            throw malformed(name + " is not a positive whole number", e);
        }
        throw malformed(name + " is not a positive whole number", null);
    }

    /** What to throw if the metadata hold nonsense, in one line that names the file. */
    public RunFolderException malformed(String metadataSay, @Nullable Throwable cause) {
        return new RunFolderException(source, "its metadata say that " + metadataSay, "is it one of ours?", cause);
    }
}
