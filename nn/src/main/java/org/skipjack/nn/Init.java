package org.skipjack.nn;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.core.Variable;

/**
 * Initial values, drawn from a generator that the caller seeds; a generator of the same seed gives the same bits.
 *
 * <p>With {@link #generator} a seed means what it means to PyTorch: these methods draw as those of the same name in {@code
 * torch.nn.init} do on the CPU after {@code torch.manual_seed}. Uniform values have the same bits. Normal ones are computed
 * in double precision and rounded once, where PyTorch's vectors hold polynomials in float: they agree to a few millionths of
 * the deviation. Layers draw in PyTorch's order, so that a net as below starts as there, and so do the models:
 *
 * <pre>
 *   torch.manual_seed(42)
 *   net = nn.Sequential(...)
 *   net.apply(init_weights)      # xavier_uniform_ on the weights of nn.Linear and nn.Conv2d
 * </pre>
 *
 * <p>Only {@link Dropout} draws what PyTorch's does not, the seed of its masks. Any other {@link RandomGenerator} will do as
 * well.
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
    /** Values of which normal ones are made at a time, those of the first half with those of the second. */
    private static final int NORMAL_BLOCK = 16;

    private static final ScopedValue<Boolean> WITHOUT_DRAWING = ScopedValue.newInstance();

    private Init() {}

    /** Which number of connections of a weight keeps the variance: forward or backward. */
    public enum Fan {
        /** Inputs of one output; the signal keeps its variance on the way forward. */
        IN,
        /** Outputs that one input reaches; the gradient keeps its variance on the way back. */
        OUT
    }

    /**
     * PyTorch's generator on the CPU, MT19937, as {@code torch.Generator().manual_seed(seed)} makes it: seeds with the same
     * low 32 bits are the same. Not thread-safe.
     */
    public static RandomGenerator generator(long seed) {
        return new MersenneTwister(seed);
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
        double bound = Math.sqrt(3) * xavierDeviation(weight, gain);
        uniform(weight, -bound, bound, random);
    }

    /** {@code N(0, s²)}, {@code s = √(2 / (fanIn + fanOut))}. */
    public static void xavierNormal(Parameter weight, RandomGenerator random) {
        xavierNormal(weight, 1, random);
    }

    /** {@code N(0, s²)}, {@code s = gain √(2 / (fanIn + fanOut))}. */
    public static void xavierNormal(Parameter weight, double gain, RandomGenerator random) {
        normal(weight, 0, xavierDeviation(weight, gain), random);
    }

    private static double xavierDeviation(Parameter weight, double gain) {
        return gain * Math.sqrt(2.0 / (fan(weight, Fan.IN) + fan(weight, Fan.OUT)));
    }

    /** {@code U(-a, a)}, {@code a = √(6 / fanIn)}: for rectifiers. */
    public static void kaimingUniform(Parameter weight, RandomGenerator random) {
        kaimingUniform(weight, Fan.IN, Nonlinearity.RELU.gain(), random);
    }

    /** {@code U(-a, a)}, {@code a = gain √(3 / fan)}. */
    public static void kaimingUniform(Parameter weight, Fan fan, double gain, RandomGenerator random) {
        // In the order of PyTorch's roundings, as everywhere here: its bits are promised.
        double bound = Math.sqrt(3) * (gain / Math.sqrt(fan(weight, fan)));
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

    /**
     * What {@code Linear} and {@code Conv2d} start with: the weight uniform within {@code ±1/√fanIn}, which PyTorch writes as
     * {@link #kaimingUniform} for a leaky rectifier of slope √5, and so a bias.
     */
    static void layer(Parameter weight, Optional<Parameter> bias, RandomGenerator random) {
        kaimingUniform(weight, Fan.IN, leakyReluGain(Math.sqrt(5)), random);
        double bound = 1 / Math.sqrt(fan(weight, Fan.IN));
        bias.ifPresent(b -> uniform(b, -bound, bound, random));
    }

    /** Gain of a leaky rectifier, {@code √(2 / (1 + slope²))}; the layers' own initial weights use slope √5. */
    public static double leakyReluGain(double slope) {
        return Math.sqrt(2 / (1 + slope * slope));
    }

    /** Uniform in {@code [low, high)}, as {@code tensor.uniform_}; rounding may give {@code high} itself. */
    public static void uniform(Variable variable, double low, double high, RandomGenerator random) {
        float from = (float) low;
        float width = (float) high - from;
        fill(variable, values -> {
            drawUniform(values, 0, random);
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.fma(values[i], width, from);
            }
        });
    }

    /**
     * Normal, as {@code tensor.normal_}: fewer than 16 values are {@link RandomGenerator#nextGaussian}'s. More are made of
     * uniform ones by Box and Muller, 16 at a time; if a rest remains, the last 16 are drawn anew. Logarithm and angle are
     * {@link StrictMath}'s, so that every JDK draws the same bits.
     */
    public static void normal(Variable variable, double mean, double deviation, RandomGenerator random) {
        fill(variable, values -> {
            if (values.length < NORMAL_BLOCK) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (random.nextGaussian() * deviation + mean);
                }
            } else {
                fillNormal(values, (float) mean, (float) deviation, random);
            }
        });
    }

    private static void fillNormal(float[] values, float mean, float deviation, RandomGenerator random) {
        drawUniform(values, 0, random);
        int last = values.length - NORMAL_BLOCK;
        for (int start = 0; start <= last; start += NORMAL_BLOCK) {
            makeNormal(values, start, mean, deviation);
        }
        if (values.length % NORMAL_BLOCK != 0) {
            drawUniform(values, last, random);
            makeNormal(values, last, mean, deviation);
        }
    }

    private static void drawUniform(float[] values, int start, RandomGenerator random) {
        if (random instanceof MersenneTwister twister) {
            twister.nextFloats(values, start);
            return;
        }
        for (int i = start; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
    }

    private static void makeNormal(float[] values, int start, double mean, double deviation) {
        for (int i = start; i < start + NORMAL_BLOCK / 2; i++) {
            double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - values[i])) * deviation;
            double angle = 2 * Math.PI * values[i + NORMAL_BLOCK / 2];
            values[i] = (float) (radius * StrictMath.cos(angle) + mean);
            values[i + NORMAL_BLOCK / 2] = (float) (radius * StrictMath.sin(angle) + mean);
        }
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

    private static void fill(Variable variable, Consumer<float[]> draw) {
        if (WITHOUT_DRAWING.isBound()) {
            return;
        }
        var values = new float[variable.shape().elements()];
        draw.accept(values);
        variable.assign(values);
    }
}
