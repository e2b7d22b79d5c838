package org.skipjack.core.op;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/**
 * Uniform random numbers in {@code [0, 1)}, multiples of 2⁻²⁴, as a pure function of a seed, a counter and the
 * position: the same on every backend and with any number of threads. For dropout.
 *
 * <p>The operand is the counter, a whole number in a tensor of one element that changes each step; a float counts
 * exactly to 2²⁴. No gradient flows. The generator is SplitMix64 (Steele, Lea, Flood, 2014): its finaliser turns seed
 * and counter into the start of a stream, and element {@code i} is number {@code i} of that stream.
 *
 * @param seed tells apart the random ops of one program
 * @param target shape of the result
 */
public record RandomUniform(long seed, Shape target) implements Op {
    /** SplitMix64's increment, the odd number nearest to 2⁶⁴ divided by the golden ratio. */
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    @Override
    public String label() {
        return "randomUniform";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "counter");
        if (inputs.getFirst().elements() != 1) {
            throw new ShapeMismatchException(label(), "counter must have one element, got shape " + inputs.getFirst());
        }
        return target;
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        return Arrays.asList((Tensor) null);
    }

    /** Element {@code index} of the tensor for that seed and counter: {@code at(stream(seed, counter), index)}. */
    public static float at(long seed, long counter, int index) {
        return at(stream(seed, counter), index);
    }

    /** The start of the stream for that seed and counter; the same for all elements. */
    public static long stream(long seed, long counter) {
        return finish(seed + finish(counter + GAMMA));
    }

    /** Element {@code index} of the tensor whose stream that is. */
    public static float at(long stream, int index) {
        return (finish(stream + GAMMA * (index + 1L)) >>> 40) * 0x1p-24f;
    }

    /** SplitMix64's finaliser, a bijection in which every bit of the result depends on every bit of {@code z}. */
    private static long finish(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        long stream = stream(seed, (long) inputs.getFirst().data()[0]);
        var out = new double[shape.elements()];
        for (int i = 0; i < out.length; i++) {
            out[i] = at(stream, i);
        }
        return out;
    }
}
