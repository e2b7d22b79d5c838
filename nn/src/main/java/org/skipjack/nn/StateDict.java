package org.skipjack.nn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;

/** Copies named values into variables, all or nothing. */
final class StateDict {
    private StateDict() {}

    static void load(String owner, Map<String, ? extends Variable> own, Map<String, ? extends Tensor> given) {
        List<String> missing =
                own.keySet().stream().filter(name -> !given.containsKey(name)).toList();
        List<String> unexpected =
                given.keySet().stream().filter(name -> !own.containsKey(name)).toList();
        var mismatched = new ArrayList<StateDictException.Mismatch>();
        own.forEach((name, variable) -> {
            Tensor value = given.get(name);
            if (value != null && !value.shape().equals(variable.shape())) {
                mismatched.add(new StateDictException.Mismatch(name, value.shape(), variable.shape()));
            }
        });
        if (!missing.isEmpty() || !unexpected.isEmpty() || !mismatched.isEmpty()) {
            throw new StateDictException(
                    owner, missing, unexpected, mismatched, alike(missing, unexpected, own, given));
        }
        given.forEach((name, value) -> {
            Variable variable = own.get(name);
            if (variable != null) {
                variable.assign(value.toFloatArray());
            }
        });
    }

    /** For each unexpected name the nearest missing one of the same shape, where there is one near enough. */
    private static Map<String, String> alike(
            List<String> missing,
            List<String> unexpected,
            Map<String, ? extends Variable> own,
            Map<String, ? extends Tensor> given) {
        var alike = new HashMap<String, String>();
        for (String name : unexpected.subList(0, Math.min(unexpected.size(), StateDictException.SHOWN))) {
            Shape shape = shape(given, name);
            List<String> candidates = missing.stream()
                    .filter(candidate -> shape(own, candidate).equals(shape))
                    .toList();
            NameLikeness.nearest(name, candidates).ifPresent(nearest -> alike.put(name, nearest));
        }
        return alike;
    }

    private static Shape shape(Map<String, ? extends Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name).shape();
    }
}
