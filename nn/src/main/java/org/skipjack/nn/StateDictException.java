package org.skipjack.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;

/**
 * Saved values that are not those of the module they are loaded into. The one-line message names the differences, the first
 * {@value #SHOWN} of each kind, with what was probably meant; the lists hold all of them.
 */
public final class StateDictException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    static final int SHOWN = 8;

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

    /**
     * @param alike for some unexpected names the missing one of the same shape that is most like it
     */
    StateDictException(
            String owner,
            List<String> missing,
            List<String> unexpected,
            List<Mismatch> mismatched,
            Map<String, String> alike) {
        super(message(owner, missing, unexpected, mismatched, alike));
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
            String owner,
            List<String> missing,
            List<String> unexpected,
            List<Mismatch> mismatched,
            Map<String, String> alike) {
        var parts = new ArrayList<String>();
        if (!missing.isEmpty()) {
            parts.add("Missing key(s) in state_dict: " + first(missing, StateDictException::quoted, ", "));
        }
        if (!unexpected.isEmpty()) {
            parts.add("Unexpected key(s) in state_dict: "
                    + first(unexpected, name -> quoted(name) + suggestion(alike.get(name)), ", "));
        }
        if (!mismatched.isEmpty()) {
            parts.add(first(mismatched, Mismatch::toString, "; "));
        }
        return "Error(s) in loading state_dict for " + owner + ": " + String.join("; ", parts) + "; "
                + advice(missing, unexpected);
    }

    private static String advice(List<String> missing, List<String> unexpected) {
        String prefix = NameLikeness.commonPrefix(missing, unexpected);
        return prefix.isEmpty()
                ? "build the model with the options it was saved with"
                : "the saved names begin with " + quoted(prefix) + ", leave that out";
    }

    private static String suggestion(@Nullable String name) {
        return name == null ? "" : " (did you mean " + quoted(name) + "?)";
    }

    private static <T> String first(List<T> all, Function<T, String> text, String separator) {
        String shown = all.stream().limit(SHOWN).map(text).collect(Collectors.joining(separator));
        return all.size() <= SHOWN ? shown : shown + " and " + (all.size() - SHOWN) + " more";
    }

    private static String quoted(String name) {
        return "\"" + name + "\"";
    }
}
