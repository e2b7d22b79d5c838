package org.skipjack.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.skipjack.core.NonFinite;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.nn.CrossEntropyLoss;
import org.skipjack.nn.Module;
import org.skipjack.train.data.Batch;

/** The weights as they were before a step, for computing it again. */
final class StepReplay {

    private final Module module;
    private final Map<Variable, float[]> before = new LinkedHashMap<>();

    StepReplay(Module module) {
        this.module = module;
    }

    /** Copies all variables of the module, those that are not saved among them: a dropout's counter chooses its mask. */
    void remember() {
        module.variables().values().forEach(variable -> before.put(variable, variable.toFloatArray()));
    }

    /** Where the first number that is not finite came from in a step with the weights remembered, which are put back. */
    String cause(Batch batch, CrossEntropyLoss criterion) {
        before.forEach(Variable::assign);
        Tensor logits = module.call(Tensor.wrap(batch.images(), batch.shape()));
        Tensor loss = criterion.forward(logits, Tensor.ofInts(batch.labels(), batch.size()));
        return NonFinite.find(loss, module.parameters())
                .map(NonFinite::describe)
                .orElse("none when the step is computed op by op");
    }
}
