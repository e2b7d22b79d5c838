package org.skipjack.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.skipjack.core.Device;
import org.skipjack.core.Tensor;
import org.skipjack.nn.CrossEntropyLoss;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sgd;
import org.skipjack.nn.models.LeNetBn;
import org.skipjack.nn.models.Models;

/** The net from scratch against the concise one. */
class LeNetBnScratchTest {
    private static final int BATCH = 8;

    @Test
    void isFoundByNameBesideTheOthers() {
        Module net = Models.find("lenet-bn-scratch").create(1, 10, Init.generator(0));
        assertThat(net).isInstanceOf(LeNetBnScratch.class);
        assertThat(net.parameterCount()).isEqualTo(44_878);
        assertThatThrownBy(() -> Models.find("alexnet"))
                .hasMessageStartingWith("there is no model \"alexnet\"; there are lenet, lenet-bn, lenet-bn-scratch, ");
    }

    @Test
    void learnsAsTheConciseNetDoesFromTheSameSeed() {
        Device device = Device.reference();
        Module scratch = new LeNetBnScratch(1, 10, Init.generator(3)).to(device);
        Module concise = new LeNetBn(1, 10, Init.generator(3)).to(device);
        var first = new Sgd(scratch.parameters(), 1);
        var second = new Sgd(concise.parameters(), 1);
        for (int step = 0; step < 3; step++) {
            Tensor loss = loss(scratch, step);
            Tensor expected = loss(concise, step);
            first.minimize(loss);
            second.minimize(expected);
            // Parameters are rounded to floats after each step, and 1/n is a float in the net from scratch.
            assertThat(loss.item()).as("step " + step).isCloseTo(expected.item(), within(2e-6f));
        }
    }

    private static Tensor loss(Module net, int step) {
        var random = Init.generator(step);
        var images = new float[BATCH * 784];
        for (int i = 0; i < images.length; i++) {
            images[i] = random.nextFloat();
        }
        int[] labels = random.ints(BATCH, 0, 10).toArray();
        Tensor logits = net.forward(Tensor.wrap(images, BATCH, 1, 28, 28));
        return new CrossEntropyLoss().forward(logits, Tensor.ofInts(labels, BATCH));
    }
}
