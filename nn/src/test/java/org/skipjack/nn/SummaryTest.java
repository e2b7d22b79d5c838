package org.skipjack.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.nn.models.LeNetBn;

/** Shapes, parameters, work and bytes against numbers done by hand. */
class SummaryTest {
    @Test
    void showsWhatTheTutorialPrintsByHand() {
        var summary = Summary.of(new LeNetBn(1, 10, Init.generator(0)), 2, 1, 28, 28);
        assertThat(summary.model()).isEqualTo("LeNetBn");
        assertThat(summary.layers().stream().map(row -> row.path() + " " + row.type() + " " + row.output()))
                .startsWith(
                        "0 Conv2d [2, 6, 24, 24]",
                        "1 BatchNorm2d [2, 6, 24, 24]",
                        "2 Sigmoid [2, 6, 24, 24]",
                        "3 AvgPool2d [2, 6, 12, 12]",
                        "4 Conv2d [2, 16, 8, 8]")
                .endsWith("15 Linear [2, 10]")
                .hasSize(16);
        assertThat(summary.parameters()).isEqualTo(44_878);
        // Per image: 6·24²·25 + 16·8²·150 + 256·120 + 120·84 + 84·10 multiply-adds.
        assertThat(summary.flops()).isEqualTo(2L * 2 * (86_400 + 153_600 + 30_720 + 10_080 + 840));
        Summary.Layer conv = summary.layers().getFirst();
        assertThat(conv.parameters()).isEqualTo(156);
        assertThat(conv.flops()).isEqualTo(2L * 2 * 86_400);
        assertThat(conv.outputBytes()).isEqualTo(4L * 2 * 6 * 24 * 24);
    }

    @Test
    void showsBlocksAndTheirLayersAndCountsBytesOnce() {
        var net = new Sequential(new Sequential(new Linear(3, 4), new Relu()), new Linear(4, 2));
        var summary = Summary.of(net, 5, 3);
        assertThat(summary.layers().stream().map(row -> row.depth() + " " + row.path()))
                .containsExactly("1 0", "2 0.0", "2 0.1", "1 1");
        assertThat(summary.layers().getFirst().innermost()).isFalse();
        assertThat(summary.layers().getFirst().flops()).isEqualTo(2L * 5 * 3 * 4);
        assertThat(summary.flops()).isEqualTo(2L * 5 * (3 * 4 + 4 * 2));
        assertThat(summary.outputBytes()).isEqualTo(4L * 5 * (4 + 4 + 2));
        assertThat(summary.input()).isEqualTo(Shape.of(5, 3));
    }

    @Test
    void acceptsASingleExampleAndLeavesTheModesAsTheyWere() {
        var net = new Sequential(new Linear(3, 4), new BatchNorm1d(4), new Dropout());
        net.get(2).eval();
        assertThat(Summary.of(net, 1, 3).layers()).hasSize(3);
        assertThat(net.isTraining()).isTrue();
        assertThat(net.get(1).isTraining()).isTrue();
        assertThat(net.get(2).isTraining()).isFalse();
    }

    @Test
    void namesTheLayerThatRefusesTheShape() {
        var net = new LeNetBn(1, 10, Init.generator(0));
        assertThatThrownBy(() -> Summary.of(net, 1, 1, 32, 32))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageStartingWith("[linear] at 9: input [1, 400] does not end in 256 features");
        assertThat(net.isTraining()).isTrue();
    }
}
