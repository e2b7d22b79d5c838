package org.skipjack.train;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.skipjack.core.Parameter;
import org.skipjack.nn.Module;

/**
 * Names some parameters of a module: {@code layer1} all below that module, {@code fc.bias} one parameter, {@code *.bn?.*} with
 * {@code *} for any letters, dots too, and {@code ?} for one, {@code body} everything but the {@link #head}.
 */
record NamePattern(String text) {

    /** Stands for all parameters but those of the last layer. */
    private static final String BODY = "body";

    /** The path of the module that owns the last parameter: of a classifier, the layer that gives the logits. */
    static String head(Module module) {
        String last = module.parameters().getLast().name();
        return last.substring(0, Math.max(0, last.lastIndexOf('.')));
    }

    /**
     * The parameters that are meant, in the module's order.
     *
     * @throws IllegalArgumentException if there are none
     */
    List<Parameter> of(Module module) {
        List<Parameter> found =
                module.parameters().stream().filter(p -> matches(p, module)).toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' names no parameter of the model; its parts are "
                    + String.join(", ", module.namedChildren().keySet()) + ", a parameter is "
                    + module.parameters().getFirst().name() + ", and body is all but " + head(module));
        }
        return found;
    }

    private boolean matches(Parameter parameter, Module module) {
        if (text.equals(BODY)) {
            return !parameter.name().startsWith(head(module) + ".");
        }
        String expression = Arrays.stream(text.split("(?<=[*?])|(?=[*?])"))
                .map(part -> part.equals("*") ? ".*" : part.equals("?") ? "." : Pattern.quote(part))
                .collect(Collectors.joining("", "", "(\\..*)?"));
        return parameter.name().matches(expression);
    }
}
