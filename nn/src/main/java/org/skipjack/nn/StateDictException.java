package org.skipjack.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.skipjack.core.Shape;

/** Saved values that are not those of the module they are loaded into. The one-line message names every difference. */
public final class StateDictException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> missing;
    private final transient List<String> unexpected;
    private final transient List<Mismatch> mismatched;

    /**
     * A value of another shape.
     *
     * @param name the variable
     * @param found the saved value's shape
     * @param expected the variable's shape
     */
    public record Mismatch(String name, Shape found, Shape expected) {
        @Override
        public String toString() {
            return "size mismatch for " + name + ": copying a param with shape " + found
                    + " from checkpoint, the shape in current model is " + expected;
        }
    }

    StateDictException(String owner, List<String> missing, List<String> unexpected, List<Mismatch> mismatched) {
        super(message(owner, missing, unexpected, mismatched));
        this.missing = List.copyOf(missing);
        this.unexpected = List.copyOf(unexpected);
        this.mismatched = List.copyOf(mismatched);
    }

    /** Names that the module has and the saved values lack. */
    public List<String> missing() {
        return missing;
    }

    /** Names that the module does not have. */
    public List<String> unexpected() {
        return unexpected;
    }

    /** Values of another shape than the module's. */
    public List<Mismatch> mismatched() {
        return mismatched;
    }

    private static String message(
            String owner, List<String> missing, List<String> unexpected, List<Mismatch> mismatched) {
        var parts = new ArrayList<String>();
        if (!missing.isEmpty()) {
            parts.add("Missing key(s) in state_dict: " + quoted(missing));
        }
        if (!unexpected.isEmpty()) {
            parts.add("Unexpected key(s) in state_dict: " + quoted(unexpected));
        }
        mismatched.forEach(mismatch -> parts.add(mismatch.toString()));
        return "Error(s) in loading state_dict for " + owner + ": " + String.join("; ", parts)
                + "; build the model with the options it was saved with";
    }

    private static String quoted(List<String> names) {
        return names.stream().collect(Collectors.joining("\", \"", "\"", "\""));
    }
}
