package org.skipjack.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.skipjack.core.backend.ReferenceBackend;

/**
 * Expressions over all ops and awkward shapes, with their gradients: what one backend computes of them, any other must
 * compute too. Every call records them anew, with the same data.
 */
public final class OpCases {
    /** Batch and channel sizes just below, at and above the usual numbers of SIMD lanes. */
    static final List<Integer> SIZES = List.of(1, 2, 3, 5, 15, 16, 17, 31, 32, 33, 48);

    private OpCases() {}

    /**
     * An expression to compute, named after its op and shapes.
     *
     * @param name the op's label, then shapes and attributes
     * @param leaves data and variables, with the upstream gradient last if there is one
     * @param outputs the result and then its gradients with respect to the differentiable leaves
     */
    public record Case(String name, List<Tensor> leaves, List<Tensor> outputs) {
        /** The outputs in double precision. */
        public List<double[]> expected() {
            return new ReferenceBackend().evaluate(outputs);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * An expression before its gradients are taken.
     *
     * @param wrt the leaves that gradients are taken with respect to
     */
    record Recipe(String name, List<Tensor> leaves, List<Tensor> wrt, Supplier<Tensor> output) {
        /** All leaves are differentiable. */
        static Recipe of(String name, Supplier<Tensor> output, Tensor... leaves) {
            return new Recipe(name, List.of(leaves), List.of(leaves), output);
        }

        /** No gradient flows. */
        static Recipe forwardOnly(String name, Supplier<Tensor> output, Tensor... leaves) {
            return new Recipe(name, List.of(leaves), List.of(), output);
        }

        Case withGradients(SeededData data) {
            Tensor result = output.get();
            var all = new ArrayList<>(leaves);
            var outputs = new ArrayList<Tensor>();
            outputs.add(result);
            if (!wrt.isEmpty()) {
                Tensor upstream = data.like(result.shape());
                all.add(upstream);
                outputs.addAll(Gradients.of(result, upstream, wrt));
            }
            return new Case(name, List.copyOf(all), List.copyOf(outputs));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Normally distributed data; compare within a tolerance. */
    public static Stream<Case> all() {
        var upstream = SeededData.normal(99);
        return Stream.concat(recipes(), ConvolutionCases.large(SeededData.normal(20)))
                .map(r -> r.withGradients(upstream));
    }

    /** Small whole numbers, and results that a float holds: every bit must agree, whatever the order of the sums. */
    public static Stream<Case> exact() {
        var upstream = SeededData.whole(199);
        return Stream.of(
                        ElementwiseCases.exact(SeededData.whole(101)),
                        ReductionCases.exact(SeededData.whole(102)),
                        MovementCases.of(SeededData.whole(103)),
                        MatMulCases.of(SeededData.whole(104)),
                        ConvolutionCases.of(SeededData.whole(105)),
                        PoolingCases.exact(SeededData.whole(106)),
                        NormalizationCases.exact(SeededData.whole(107)))
                .flatMap(s -> s)
                .map(r -> r.withGradients(upstream));
    }

    /** The expressions of {@link #all()} that are small enough for a gradient check. */
    static Stream<Recipe> recipes() {
        return Stream.of(
                        ElementwiseCases.of(SeededData.normal(1)),
                        ReductionCases.of(SeededData.normal(2)),
                        MovementCases.of(SeededData.normal(3)),
                        MatMulCases.of(SeededData.normal(4)),
                        ConvolutionCases.of(SeededData.normal(5)),
                        PoolingCases.of(SeededData.normal(6)),
                        NormalizationCases.of(SeededData.normal(7)),
                        LossCases.of(SeededData.normal(8)),
                        BlockCases.of(SeededData.normal(9)))
                .flatMap(s -> s);
    }

    /** Size number {@code i} of {@link #SIZES}, cyclically: strides prime to 11 pair every size with every other. */
    static int size(int i) {
        return SIZES.get(Math.floorMod(i, SIZES.size()));
    }
}
