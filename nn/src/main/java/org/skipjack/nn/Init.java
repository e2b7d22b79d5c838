package org.skipjack.nn;

import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.core.Variable;

/**
 * Initial values, drawn from a generator that the caller seeds; a generator of the same seed gives the same bits.
 *
 * <p>For a weight {@code [out, in, kh, kw]}, {@code fanIn = in·kh·kw} and {@code fanOut = out·kh·kw}.
 *
 * <pre>{@code
 * RandomGenerator random = Init.generator(42);
 * net.reset(random).apply(Init.xavierWeights(random));
 * }</pre>
 *
 * <p>Follows <a href="https://pytorch.org/docs/stable/nn.init.html">torch.nn.init</a>; Glorot and Bengio 2010 (Xavier),
 * He et al. 2015 (Kaiming).
 */
public final class Init {
    private static final String ALGORITHM = "L64X128MixRandom";
    private static final ScopedValue<Boolean> WITHOUT_DRAWING = ScopedValue.newInstance();

    private Init() {}

    /** Which number of connections of a weight keeps the variance: forward or backward. */
    public enum Fan {
        /** Inputs of one output; the signal keeps its variance on the way forward. */
        IN,
        /** Outputs that one input reaches; the gradient keeps its variance on the way back. */
        OUT
    }

    /** The generator of every random choice, algorithm {@value #ALGORITHM}, with a seed. */
    public static RandomGenerator generator(long seed) {
        return RandomGeneratorFactory.of(ALGORITHM).create(seed);
    }

    /**
     * Makes a module whose values will be overwritten: on this thread nothing is drawn meanwhile, variables keep what they have.
     * Drawing takes most of the time that it takes to make a large net.
     *
     * <pre>{@code
     * Module net = Init.withoutDrawing(() -> provider.create(3, 1000, Init.generator(0)));
     * net.loadStateDict(state);
     * }</pre>
     */
    public static <M extends Module> M withoutDrawing(Supplier<M> make) {
        return ScopedValue.where(WITHOUT_DRAWING, true).call(make::get);
    }

    /** The tutorial's {@code init_weights}: {@link #xavierUniform} on the weight of every convolution and linear layer. */
    public static Consumer<Module> xavierWeights(RandomGenerator random) {
        return module -> {
            switch (module) {
                case Conv2d conv -> xavierUniform(conv.weight(), random);
                case Linear linear -> xavierUniform(linear.weight(), random);
                default -> {}
            }
        };
    }

    /** {@code U(-a, a)}, {@code a = √(6 / (fanIn + fanOut))}. */
    public static void xavierUniform(Parameter weight, RandomGenerator random) {
        xavierUniform(weight, 1, random);
    }

    /** {@code U(-a, a)}, {@code a = gain √(6 / (fanIn + fanOut))}. */
    public static void xavierUniform(Parameter weight, double gain, RandomGenerator random) {
        double bound = gain * Math.sqrt(6.0 / (fan(weight, Fan.IN) + fan(weight, Fan.OUT)));
        uniform(weight, -bound, bound, random);
    }

    /** {@code N(0, s²)}, {@code s = √(2 / (fanIn + fanOut))}. */
    public static void xavierNormal(Parameter weight, RandomGenerator random) {
        xavierNormal(weight, 1, random);
    }

    /** {@code N(0, s²)}, {@code s = gain √(2 / (fanIn + fanOut))}. */
    public static void xavierNormal(Parameter weight, double gain, RandomGenerator random) {
        normal(weight, 0, gain * Math.sqrt(2.0 / (fan(weight, Fan.IN) + fan(weight, Fan.OUT))), random);
    }

    /** {@code U(-a, a)}, {@code a = √(6 / fanIn)}: for rectifiers. */
    public static void kaimingUniform(Parameter weight, RandomGenerator random) {
        kaimingUniform(weight, Fan.IN, Nonlinearity.RELU.gain(), random);
    }

    /** {@code U(-a, a)}, {@code a = gain √(3 / fan)}. */
    public static void kaimingUniform(Parameter weight, Fan fan, double gain, RandomGenerator random) {
        double bound = gain * Math.sqrt(3.0 / fan(weight, fan));
        uniform(weight, -bound, bound, random);
    }

    /** {@code N(0, s²)}, {@code s = √(2 / fanIn)}: for rectifiers. */
    public static void kaimingNormal(Parameter weight, RandomGenerator random) {
        kaimingNormal(weight, Fan.IN, Nonlinearity.RELU.gain(), random);
    }

    /** {@code N(0, s²)}, {@code s = gain / √fan}. */
    public static void kaimingNormal(Parameter weight, Fan fan, double gain, RandomGenerator random) {
        normal(weight, 0, gain / Math.sqrt(fan(weight, fan)), random);
    }

    /** Gain of a leaky rectifier, {@code √(2 / (1 + slope²))}; the layers' own initial weights use slope √5. */
    public static double leakyReluGain(double slope) {
        return Math.sqrt(2 / (1 + slope * slope));
    }

    /** Uniform in {@code [low, high)}. */
    public static void uniform(Variable variable, double low, double high, RandomGenerator random) {
        fill(variable, () -> low + (high - low) * random.nextDouble());
    }

    /** Normal; by Box and Muller with {@link StrictMath}, so that every JDK draws the same bits. */
    public static void normal(Variable variable, double mean, double deviation, RandomGenerator random) {
        fill(variable, () -> {
            double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
            return mean + deviation * radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
        });
    }

    /**
     * Connections of a weight.
     *
     * @throws IllegalArgumentException if the variable has fewer than 2 dimensions
     */
    public static int fan(Variable weight, Fan fan) {
        Shape shape = weight.shape();
        if (shape.rank() < 2) {
            throw new IllegalArgumentException("fan in and fan out of " + weight
                    + " cannot be computed: it has fewer than 2 dimensions; use uniform or normal");
        }
        return shape.dim(fan == Fan.IN ? 1 : 0) * shape.elements(2, shape.rank());
    }

    private static void fill(Variable variable, DoubleSupplier draw) {
        if (WITHOUT_DRAWING.isBound()) {
            return;
        }
        var values = new float[variable.shape().elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) draw.getAsDouble();
        }
        variable.assign(values);
    }
}
