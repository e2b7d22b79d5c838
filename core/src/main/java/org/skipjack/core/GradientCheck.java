package org.skipjack.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.backend.ReferenceBackend;

/**
 * Compares the gradients of an expression with central differences, both in double precision.
 *
 * <p>An element passes if {@code |analytic - numeric| <= absoluteTolerance + relativeTolerance |numeric|}, where
 * {@code numeric = (f(x + epsilon) - f(x - epsilon)) / 2 epsilon}. Expressions with kinks (relu, max) are checked where
 * no value lies within epsilon of one. The defaults, 1e-6, 1e-5 and 1e-7, leave room for rounding of {@code f} up to
 * about 1000 and for nothing else.
 *
 * <pre>{@code
 * var w = new Parameter("w", Shape.of(3));
 * w.assign(0.5f, -1, 2);
 * GradientCheck.check(() -> w.sigmoid().sum(), List.of(w)).orThrow();
 * }</pre>
 *
 * @param epsilon how far an element moves to each side
 * @param relativeTolerance tolerance as a share of the central difference
 * @param absoluteTolerance tolerance for gradients near zero
 * @param sample how many elements of each leaf are checked at most, chosen by the seed
 * @param seed chooses the elements
 */
public record GradientCheck(double epsilon, double relativeTolerance, double absoluteTolerance, int sample, long seed) {
    private static final GradientCheck STANDARD = new GradientCheck(1e-6, 1e-5, 1e-7, 64, 0);

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if epsilon or the sample are not positive
     */
    public GradientCheck {
        if (!(epsilon > 0) || sample < 1) {
            throw new IllegalArgumentException(
                    "[gradientCheck]: epsilon and sample must be positive, got " + epsilon + " and " + sample);
        }
    }

    /** The defaults: epsilon 1e-6, tolerances 1e-5 and 1e-7, up to 64 elements of each leaf. */
    public static GradientCheck standard() {
        return STANDARD;
    }

    /**
     * Checks with the defaults.
     *
     * @see #run
     */
    public static Result check(Supplier<Tensor> loss, List<? extends Tensor> wrt) {
        return STANDARD.run(loss, wrt);
    }

    /** The same check of up to that many elements of each leaf. */
    public GradientCheck withSample(int elements) {
        return new GradientCheck(epsilon, relativeTolerance, absoluteTolerance, elements, seed);
    }

    /** The same check of all elements. */
    public GradientCheck ofEveryElement() {
        return withSample(Integer.MAX_VALUE);
    }

    /** The same check with other tolerances. */
    public GradientCheck withTolerances(double relative, double absolute) {
        return new GradientCheck(epsilon, relative, absolute, sample, seed);
    }

    /**
     * Checks the gradients of a scalar with respect to some leaves.
     *
     * @param loss records the expression; called once, so that no value of an earlier evaluation sticks to it
     * @param wrt the leaves: parameters, buffers or tensors of data
     * @throws IllegalArgumentException if the expression holds evaluated nodes, or {@code wrt} anything but float
     *     leaves
     * @throws ShapeMismatchException if the loss has more than one element
     */
    public Result run(Supplier<Tensor> loss, List<? extends Tensor> wrt) {
        wrt.forEach(GradientCheck::requireLeaf);
        Tensor root = loss.get();
        for (Tensor node : Graph.of(List.of(root), List.of()).nodes()) {
            if (node.op() != null && node.isKnown()) {
                throw new IllegalArgumentException("[gradientCheck]: " + node
                        + " is evaluated already and would not follow its operands; record the expression inside the"
                        + " supplier");
            }
        }
        var backend = new ReferenceBackend();
        List<double[]> analytic = backend.evaluate(Gradients.of(root, wrt));
        var deviations = new ArrayList<Deviation>();
        for (int i = 0; i < wrt.size(); i++) {
            Tensor leaf = wrt.get(i);
            String name = leaf instanceof Variable variable ? variable.name() : "leaf " + i;
            double[] values = widen(leaf.toFloatArray());
            backend.override(leaf, values);
            for (int element : elements(values.length, i)) {
                double numeric = difference(backend, root, values, element);
                deviations.add(new Deviation(name, leaf.shape(), element, analytic.get(i)[element], numeric));
            }
        }
        return new Result(this, List.copyOf(deviations));
    }

    private double difference(ReferenceBackend backend, Tensor root, double[] values, int element) {
        double middle = values[element];
        double above = middle + epsilon;
        double below = middle - epsilon;
        values[element] = above;
        double up = backend.evaluate(List.of(root)).getFirst()[0];
        values[element] = below;
        double down = backend.evaluate(List.of(root)).getFirst()[0];
        values[element] = middle;
        return (up - down) / (above - below);
    }

    private int[] elements(int length, int leaf) {
        if (length <= sample) {
            return IntStream.range(0, length).toArray();
        }
        return new Random(seed + leaf)
                .ints(0, length)
                .distinct()
                .limit(sample)
                .sorted()
                .toArray();
    }

    private static void requireLeaf(Tensor leaf) {
        if (leaf.op() != null || leaf.dtype() != DType.FLOAT32) {
            throw new IllegalArgumentException(
                    "[gradientCheck]: " + leaf + " is no leaf of floats; name parameters or tensors of data");
        }
    }

    private static double[] widen(float[] floats) {
        return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
    }

    /**
     * The two gradients of one element.
     *
     * @param leaf name of the variable, or {@code leaf i} by position
     * @param shape shape of the leaf
     * @param element position in row-major order
     * @param analytic by the gradient rules
     * @param numeric by the central difference
     */
    public record Deviation(String leaf, Shape shape, int element, double analytic, double numeric) {
        /** {@code |analytic - numeric|}; infinite if either is not a number. */
        public double error() {
            double error = Math.abs(analytic - numeric);
            return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
        }

        /** The element's index along each dimension. */
        public List<Integer> index() {
            var index = new Integer[shape.rank()];
            int rest = element;
            for (int i = index.length - 1; i >= 0; i--) {
                index[i] = rest % shape.dim(i);
                rest /= shape.dim(i);
            }
            return List.copyOf(Arrays.asList(index));
        }
    }

    /**
     * What a check found.
     *
     * @param check the settings
     * @param deviations all elements that were compared
     */
    public record Result(GradientCheck check, List<Deviation> deviations) {
        /** Whether every element lies within the tolerance. */
        public boolean passed() {
            return deviations.stream().noneMatch(d -> excess(d) > 1);
        }

        /** The largest absolute difference. */
        public double maxError() {
            return deviations.stream().mapToDouble(Deviation::error).max().orElse(0);
        }

        /** The element that uses most of its tolerance; {@code null} if there were none to compare. */
        public @Nullable Deviation worst() {
            return deviations.stream()
                    .max(Comparator.comparingDouble(this::excess))
                    .orElse(null);
        }

        /** One line: how many elements agree, or which one differs most and by how much. */
        public String message() {
            Deviation worst = worst();
            if (worst == null) {
                return "no elements to compare";
            }
            long failed = deviations.stream().filter(d -> excess(d) > 1).count();
            if (failed == 0) {
                return String.format(
                        Locale.ROOT, "%d elements agree, largest difference %.3g", deviations.size(), maxError());
            }
            return String.format(
                    Locale.ROOT,
                    "gradient of %s%s differs at element %d = %s: analytic %.8g, central difference %.8g, difference %.3g"
                            + " exceeds %.3g; %d of %d compared elements differ",
                    worst.leaf(),
                    worst.shape(),
                    worst.element(),
                    worst.index(),
                    worst.analytic(),
                    worst.numeric(),
                    worst.error(),
                    tolerance(worst),
                    failed,
                    deviations.size());
        }

        /**
         * This result if it passed.
         *
         * @throws GradientMismatchError with {@link #message()} if it did not
         */
        public Result orThrow() {
            if (!passed()) {
                throw new GradientMismatchError(message());
            }
            return this;
        }

        private double tolerance(Deviation d) {
            double relative = check.relativeTolerance() * Math.abs(d.numeric());
            return check.absoluteTolerance() + (Double.isFinite(relative) ? relative : 0);
        }

        private double excess(Deviation d) {
            return d.error() / tolerance(d);
        }
    }
}
