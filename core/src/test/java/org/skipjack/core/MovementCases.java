package org.skipjack.core;

import java.util.stream.Stream;
import org.skipjack.core.OpCases.Recipe;
import org.skipjack.core.op.RandomUniform;

/** Ops that move, repeat or select elements, and the random numbers: exact on any data. */
final class MovementCases {
    private MovementCases() {}

    static Stream<Recipe> of(SeededData data) {
        return Stream.of(permutes(data), blocks(data), repeats(data), random()).flatMap(s -> s);
    }

    private static Stream<Recipe> permutes(SeededData data) {
        Tensor matrix = data.tensor(17, 31);
        Tensor images = data.tensor(3, 16, 5, 7);
        Tensor narrow = data.tensor(33, 1, 4, 1);
        Tensor cube = data.tensor(2, 15, 5);
        return Stream.of(
                Recipe.of("permute [17, 31] transposed", matrix::transpose, matrix),
                Recipe.of("permute [3, 16, 5, 7] to NHWC", () -> images.permute(0, 2, 3, 1), images),
                Recipe.of("permute [3, 16, 5, 7] to CHWN", () -> images.permute(1, 2, 3, 0), images),
                Recipe.of("permute [33, 1, 4, 1] reversed", () -> narrow.permute(3, 2, 1, 0), narrow),
                Recipe.of("permute [2, 15, 5] identity", () -> cube.permute(0, 1, 2), cube),
                Recipe.of("permute [2, 15, 5] rotated", () -> cube.permute(2, 0, 1), cube));
    }

    private static Stream<Recipe> blocks(SeededData data) {
        Tensor row = data.tensor(33);
        Tensor images = data.tensor(2, 17, 5, 3);
        Tensor a = data.tensor(3, 15, 2);
        Tensor b = data.tensor(3, 1, 2);
        Tensor c = data.tensor(3, 16, 2);
        Tensor d = data.tensor(1, 15, 2);
        return Stream.of(
                Recipe.of("pad [33]", () -> row.pad(0, 2, 13), row),
                Recipe.of("pad [2, 17, 5, 3] batch", () -> images.pad(0, 1, 0), images),
                Recipe.of("pad [2, 17, 5, 3] channels", () -> images.pad(1, 0, 15), images),
                Recipe.of(
                        "pad [2, 17, 5, 3] all round", () -> images.pad(2, 1, 2).pad(3, 2, 1), images),
                Recipe.of("pad [2, 17, 5, 3] by nothing", () -> images.pad(2, 0, 0), images),
                Recipe.of("slice [33] middle", () -> row.slice(0, 16, 32), row),
                Recipe.of("slice [2, 17, 5, 3] channels", () -> images.slice(1, 1, 16), images),
                Recipe.of("slice [2, 17, 5, 3] last column", () -> images.slice(3, 2, 3), images),
                Recipe.of("slice [2, 17, 5, 3] everything", () -> images.slice(0, 0, 2), images),
                Recipe.of("concatenate [3, 15, 2] [3, 1, 2] [3, 16, 2]", () -> Tensor.concatenate(1, a, b, c), a, b, c),
                Recipe.of("concatenate [3, 15, 2] [1, 15, 2]", () -> Tensor.concatenate(0, a, d), a, d),
                Recipe.of("concatenate [3, 15, 2] with itself", () -> Tensor.concatenate(-1, a, a), a));
    }

    private static Stream<Recipe> repeats(SeededData data) {
        Tensor channels = data.tensor(48);
        Tensor column = data.tensor(31, 1);
        Tensor scalar = data.tensor();
        Tensor images = data.tensor(5, 3, 2, 4);
        return Stream.of(
                Recipe.of(
                        "broadcastTo [48] to [2, 48, 3, 5]",
                        () -> channels.reshape(1, 48, 1, 1).broadcastTo(Shape.of(2, 48, 3, 5)),
                        channels),
                Recipe.of("broadcastTo [31, 1] to [2, 31, 17]", () -> column.broadcastTo(Shape.of(2, 31, 17)), column),
                Recipe.of("broadcastTo scalar to [15]", () -> scalar.broadcastTo(Shape.of(15)), scalar),
                Recipe.of("reshape [5, 3, 2, 4] to [5, 24]", () -> images.flatten(1), images),
                Recipe.of("reshape [5, 3, 2, 4] to [8, 15]", () -> images.reshape(8, -1), images),
                Recipe.forwardOnly("constant [3, 17]", () -> Tensor.full(2, 3, 17)));
    }

    private static Stream<Recipe> random() {
        Tensor counter = Tensor.wrap(new float[] {12345});
        return Stream.of(
                Recipe.forwardOnly(
                        "randomUniform [5, 33]",
                        () -> Tensor.record(new RandomUniform(7, Shape.of(5, 33)), counter),
                        counter),
                Recipe.forwardOnly(
                        "randomUniform [3, 2, 17] negative seed",
                        () -> Tensor.record(new RandomUniform(-1, Shape.of(3, 2, 17)), counter),
                        counter));
    }
}
