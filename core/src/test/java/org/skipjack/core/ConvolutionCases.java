package org.skipjack.core;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.skipjack.core.OpCases.Recipe;
import org.skipjack.core.op.Conv2d;

/** Convolutions of every geometry in use, and some that are not, with batch and channels running through all sizes. */
final class ConvolutionCases {
    /** Products of one forward pass; keeps the reference quick. */
    private static final long BUDGET = 600_000;

    private record Geometry(Conv2d conv, int kernelH, int kernelW) {}

    private static final List<Geometry> GEOMETRIES = List.of(
            new Geometry(Conv2d.of(1, 0), 1, 1),
            new Geometry(Conv2d.of(1, 1), 3, 3),
            new Geometry(Conv2d.of(1, 2), 5, 5),
            new Geometry(Conv2d.of(1, 0), 5, 5),
            new Geometry(Conv2d.of(2, 1), 3, 3),
            new Geometry(Conv2d.of(2, 0), 1, 1),
            new Geometry(Conv2d.of(2, 3), 7, 7),
            new Geometry(new Conv2d(1, 1, 2, 2, 2, 2), 3, 3),
            new Geometry(new Conv2d(3, 2, 2, 1, 1, 1), 2, 3),
            new Geometry(new Conv2d(1, 2, 0, 1, 2, 1), 3, 4));

    private ConvolutionCases() {}

    static Stream<Recipe> of(SeededData data) {
        var recipes = new ArrayList<Recipe>();
        for (int g = 0; g < GEOMETRIES.size(); g++) {
            for (int i = 0; i < OpCases.SIZES.size(); i++) {
                int n = OpCases.size(i + g);
                int c = OpCases.size(4 * i + 1 + 3 * g);
                int o = OpCases.size(7 * i + 3 + 5 * g);
                recipes.add(fitting(data, GEOMETRIES.get(g), n, c, o, i));
            }
        }
        return recipes.stream();
    }

    /** Convolutions of the sizes that networks have. */
    static Stream<Recipe> large(SeededData data) {
        return Stream.of(
                recipe(data, new Geometry(Conv2d.of(1, 2), 5, 5), 33, 1, 6, 28, 28),
                recipe(data, new Geometry(Conv2d.of(1, 0), 5, 5), 17, 6, 16, 14, 14),
                recipe(data, new Geometry(Conv2d.of(1, 1), 3, 3), 2, 32, 48, 13, 14),
                recipe(data, new Geometry(Conv2d.of(1, 1), 3, 3), 5, 33, 17, 9, 11),
                recipe(data, new Geometry(Conv2d.of(1, 1), 3, 3), 1, 64, 64, 12, 12),
                recipe(data, new Geometry(Conv2d.of(1, 1), 3, 3), 17, 64, 64, 3, 3),
                recipe(data, new Geometry(Conv2d.of(2, 3), 7, 7), 3, 3, 32, 24, 24),
                recipe(data, new Geometry(Conv2d.of(2, 0), 1, 1), 3, 32, 64, 12, 12),
                recipe(data, new Geometry(Conv2d.of(2, 1), 3, 3), 3, 48, 31, 12, 12));
    }

    /** An input as large as the budget allows, from just the kernel up to 12 more rows; the columns differ. */
    private static Recipe fitting(SeededData data, Geometry g, int n, int c, int o, int variant) {
        Conv2d conv = g.conv();
        int h = conv.dilationH() * (g.kernelH() - 1) + 1;
        int w = conv.dilationW() * (g.kernelW() - 1) + 1;
        for (int grow = 0; grow < 12; grow++) {
            Shape x = Shape.of(n, c, h + 1, w + 1 + variant % 3);
            Shape weight = Shape.of(o, c, g.kernelH(), g.kernelW());
            long products = (long) n * conv.outH(x, weight) * conv.outW(x, weight) * weight.elements();
            if (products > BUDGET) {
                break;
            }
            h++;
            w++;
        }
        return recipe(data, g, n, c, o, h, w + variant % 3);
    }

    private static Recipe recipe(SeededData data, Geometry g, int n, int c, int o, int h, int w) {
        Tensor x = data.tensor(n, c, h, w);
        Tensor weight = data.parameter("weight", o, c, g.kernelH(), g.kernelW());
        Conv2d conv = g.conv();
        String name = "conv2d " + x.shape() + " " + weight.shape() + " stride " + conv.strideH() + "x" + conv.strideW()
                + " pad " + conv.padH() + "x" + conv.padW() + " dilation " + conv.dilationH() + "x" + conv.dilationW();
        return Recipe.of(name, () -> Tensor.record(conv, x, weight), x, weight);
    }
}
