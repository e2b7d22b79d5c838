package org.skipjack.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
            throw new StateDictException(owner, missing, unexpected, mismatched);
        }
        given.forEach((name, value) -> {
            Variable variable = own.get(name);
            if (variable != null) {
                variable.assign(value.toFloatArray());
            }
        });
    }
}
