package org.skipjack.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.skipjack.core.Device;
import org.skipjack.core.Tensor;

/** Masks: how many elements, which ones, and when they change. */
class DropoutTest {
    private static final Tensor ONES = Tensor.full(1, 100, 100);

    private static Module dropout(float p, long seed) {
        return new Dropout(p).reset(Init.generator(seed)).to(Device.reference());
    }

    @Test
    void dropsTheShareAskedForAndScalesTheRest() {
        float[] y = dropout(0.2f, 1).call(ONES).toFloatArray();
        long dropped = count(y, 0);
        // Binomial with n = 10,000: standard deviation 40, so five of them are 200.
        assertThat(dropped).isBetween(1_800L, 2_200L);
        assertThat(count(y, 1.25f)).isEqualTo(10_000 - dropped);
    }

    @Test
    void keepsOrDropsEverythingAtTheEnds() {
        assertThat(count(dropout(0, 1).call(ONES).toFloatArray(), 1)).isEqualTo(10_000);
        assertThat(count(dropout(1, 1).call(ONES).toFloatArray(), 0)).isEqualTo(10_000);
    }

    @Test
    void drawsANewMaskEachTimeAndTheSameOnesFromTheSameSeed() {
        Module layer = dropout(0.5f, 1);
        float[] first = layer.call(ONES).toFloatArray();
        float[] second = layer.call(ONES).toFloatArray();
        assertThat(second).isNotEqualTo(first);
        Module again = dropout(0.5f, 1);
        assertThat(again.call(ONES).toFloatArray()).isEqualTo(first);
        assertThat(again.call(ONES).toFloatArray()).isEqualTo(second);
        assertThat(dropout(0.5f, 2).call(ONES).toFloatArray()).isNotEqualTo(first);
    }

    @Test
    void goesOnWhereItStoppedWhenItsCounterIsRestored() {
        Module layer = dropout(0.5f, 1);
        layer.call(ONES).evaluate();
        float[] second = layer.call(ONES).toFloatArray();
        Module resumed = dropout(0.5f, 1);
        resumed.variables().get("counter").assign(1);
        assertThat(resumed.call(ONES).toFloatArray()).isEqualTo(second);
    }

    @Test
    void givesTwoLayersOfOneNetDifferentMasksEvenUnseeded() {
        var net = new Sequential(new Dropout(), new Dropout());
        net.to(Device.reference());
        float[] first = net.get(0).call(ONES).toFloatArray();
        assertThat(net.get(1).call(ONES).toFloatArray()).isNotEqualTo(first);
    }

    @Test
    void isTheIdentityInEvaluation() {
        assertThat(dropout(0.5f, 1).eval().call(ONES)).isSameAs(ONES);
    }

    @Test
    void refusesAProbabilityOutsideZeroToOne() {
        assertThatThrownBy(() -> new Dropout(1.5f))
                .hasMessage("[dropout]: dropout probability has to be between 0 and 1, but got 1.5");
        assertThatThrownBy(() -> new Dropout(Float.NaN)).hasMessageContaining("but got NaN");
    }

    private static long count(float[] values, float wanted) {
        var boxed = new Float[values.length];
        Arrays.setAll(boxed, i -> values[i]);
        return Arrays.stream(boxed).filter(v -> v == wanted).count();
    }
}
