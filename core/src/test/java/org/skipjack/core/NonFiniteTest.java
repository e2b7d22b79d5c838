package org.skipjack.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.skipjack.core.op.Conv2d;

class NonFiniteTest {
    @Test
    void theFirstOpWhoseResultOverflowsIsNamedWithItsLayer() {
        var weight = new Parameter("stem.weight", Shape.of(1, 1, 1, 1));
        weight.assign(new float[] {2e38f});
        Tensor x = Tensor.of(new float[] {1, 1, 1, 3}, 2, 1, 1, 2);
        Tensor loss = Tensor.record(Conv2d.of(1, 0), x, weight).relu().sum();

        assertThat(NonFinite.find(loss, List.of(weight)))
                .map(NonFinite::describe)
                .contains("conv2d [2, 1, 1, 2] near stem.weight: element 3 is Infinity");
    }

    @Test
    void gradientsAreLookedAtToo() {
        var weight = new Parameter("scale", Shape.of(2));
        weight.assign(new float[] {0, 1});

        var found = NonFinite.find(weight.sqrt().sum(), List.of(weight));

        assertThat(found).map(NonFinite::near).contains("scale");
        assertThat(found).map(NonFinite::value).contains(Float.POSITIVE_INFINITY);
    }

    @Test
    void aVariableOrDataThatIsNotFiniteIsNamedItself() {
        var weight = new Parameter("scale", Shape.of(2));
        weight.assign(new float[] {1, Float.NaN});
        Tensor x = Tensor.of(new float[] {1, 2}, 2);

        assertThat(NonFinite.find(x.mul(weight).sum(), List.of(weight)))
                .map(NonFinite::describe)
                .contains("variable scale: element 1 is NaN");
        weight.assign(new float[] {1, 1});
        Tensor y = Tensor.of(new float[] {Float.POSITIVE_INFINITY, 2}, 2);
        assertThat(NonFinite.find(y.mul(weight).sum(), List.of(weight)))
                .map(NonFinite::describe)
                .contains("data [2]: element 0 is Infinity");
    }

    @Test
    void whereAllIsFiniteNothingIsFoundAndNoVariableChanges() {
        var weight = new Parameter("scale", Shape.of(2));
        weight.assign(new float[] {1, 2});

        assertThat(NonFinite.find(weight.mul(3f).sum(), List.of(weight))).isEmpty();
        assertThat(weight.toFloatArray()).containsExactly(1, 2);
    }
}
