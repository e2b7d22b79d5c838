package org.skipjack.train.run;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object on one line, members in the order they were put.
 *
 * <p>Numbers are written as {@link Double#toString(double)} does, whatever the locale; NaN and the infinities, which JSON
 * does not know, become {@code null}. Not safe for use by several threads.
 *
 * <pre>{@code
 * new JsonObject().put("epoch", 1).put("train_loss", 0.25).toString(); // {"epoch":1,"train_loss":0.25}
 * }</pre>
 */
public final class JsonObject {

    private final StringBuilder text = new StringBuilder("{");

    /** An object without members. */
    public JsonObject() {}

    /** Adds a text, or {@code null}. */
    public JsonObject put(String name, @Nullable String value) {
        member(name);
        if (value == null) {
            text.append("null");
        } else {
            quote(value);
        }
        return this;
    }

    /** Adds a whole number. */
    public JsonObject put(String name, long value) {
        member(name).append(value);
        return this;
    }

    /** Adds a whole number, or {@code null} if there is none. */
    public JsonObject put(String name, OptionalLong value) {
        member(name);
        if (value.isPresent()) {
            text.append(value.getAsLong());
        } else {
            text.append("null");
        }
        return this;
    }

    /** Adds a number; {@code null} if it is not finite. */
    public JsonObject put(String name, double value) {
        member(name);
        if (Double.isFinite(value)) {
            text.append(value);
        } else {
            text.append("null");
        }
        return this;
    }

    /** Adds a single-precision number with as many digits as tell it apart; {@code null} if it is not finite. */
    public JsonObject put(String name, float value) {
        member(name);
        if (Float.isFinite(value)) {
            text.append(value);
        } else {
            text.append("null");
        }
        return this;
    }

    /** Adds {@code true} or {@code false}. */
    public JsonObject put(String name, boolean value) {
        member(name).append(value);
        return this;
    }

    /** Adds an object within this one. */
    public JsonObject put(String name, JsonObject value) {
        member(name).append(value);
        return this;
    }

    /** Adds a list of objects. */
    public JsonObject put(String name, List<JsonObject> values) {
        member(name).append(values.stream().map(JsonObject::toString).collect(Collectors.joining(",", "[", "]")));
        return this;
    }

    /** The object so far, on one line. */
    @Override
    public String toString() {
        return text + "}";
    }

    private StringBuilder member(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        quote(name);
        return text.append(':');
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '\r' -> text.append("\\r");
                default -> {
                    // A lone surrogate has no UTF-8 form, and U+2028 and U+2029 end a line for some readers.
                    if (c < ' ' || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
                        escape(c);
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    private void escape(char c) {
        text.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            text.append(Character.forDigit(c >> shift & 0xF, 16));
        }
    }
}
