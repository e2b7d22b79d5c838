package org.skipjack.nn;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import org.skipjack.core.Buffer;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.core.op.BatchStatistics;
import org.skipjack.core.op.Effect;

/**
 * Batch normalisation: {@code y = weight (x - mean) / √(variance + eps) + bias} in each channel, the second dimension.
 *
 * <p>In training, mean and variance are those of the batch, the variance biased ({@code Σ (x - mean)² / n}); evaluating the
 * result also moves the running statistics: {@code running = (1 - momentum) running + momentum new}, where the new variance
 * is the unbiased one, {@code n / (n - 1)} times the other. In evaluation the running statistics normalise.
 *
 * <p>Parameters {@code weight [C]} (ones) and {@code bias [C]} (zeros); buffers {@code running_mean [C]} (zeros), {@code
 * running_var [C]} (ones) and {@code num_batches_tracked []}, a float that counts exactly to 2²⁴. Called twice in one step,
 * a layer keeps the statistics of the last call.
 *
 * <p>Ioffe and Szegedy 2015; follows <a
 * href="https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html">torch.nn.BatchNorm2d</a>.
 */
public abstract sealed class BatchNorm extends Module permits BatchNorm1d, BatchNorm2d {
    private final int features;
    private final Options options;
    private final Optional<Parameter> weight;
    private final Optional<Parameter> bias;
    private final Optional<Running> running;
    private boolean statisticsFrozen;

    /** The running statistics and how many batches went into them. */
    private record Running(Buffer mean, Buffer variance, Buffer batches) {}

    BatchNorm(int features, Options options) {
        Shape perChannel = Shape.of(features);
        this.features = features;
        this.options = options;
        this.weight = options.affine() ? Optional.of(parameter("weight", perChannel)) : Optional.empty();
        this.bias = options.affine() ? Optional.of(parameter("bias", perChannel)) : Optional.empty();
        this.running = options.trackRunningStats()
                ? Optional.of(new Running(
                        buffer("running_mean", perChannel),
                        buffer("running_var", perChannel),
                        buffer("num_batches_tracked", Shape.scalar())))
                : Optional.empty();
        restart();
    }

    /** PyTorch's defaults: eps 1e-5, momentum 0.1, scale and shift learnt, running statistics kept. */
    public static Options options() {
        return new Options(1e-5f, OptionalDouble.of(0.1), true, true);
    }

    @Override
    protected void resetParameters(RandomGenerator random) {
        restart();
    }

    private void restart() {
        weight.ifPresent(w -> w.fill(1));
        bias.ifPresent(b -> b.fill(0));
        resetRunningStats();
    }

    /** Forgets the running statistics: mean 0, variance 1, no batches. */
    public final void resetRunningStats() {
        running.ifPresent(r -> {
            r.mean().fill(0);
            r.variance().fill(1);
            r.batches().fill(0);
        });
    }

    /**
     * Whether the running statistics also normalise in training, and stay as they are: what fine-tuning wants of a layer that
     * is not trained, since the batches of a small data set would move what the layers behind it rely on. PyTorch's way to the
     * same is {@code eval()} on the layer after each {@code train()}. Without running statistics it changes nothing.
     */
    public final void freezeStatistics(boolean frozen) {
        statisticsFrozen = frozen;
    }

    /**
     * Normalises.
     *
     * @throws ShapeMismatchException if rank or channels do not fit, or if the statistics of a batch are asked for that
     *     has one value in each channel
     */
    @Override
    public final Tensor forward(Tensor x) {
        Shape shape = x.shape();
        checkRank(shape);
        if (shape.dim(1) != features) {
            throw new ShapeMismatchException(
                    "batchNorm",
                    "running_mean should contain " + shape.dim(1) + " elements not " + features + ": input " + shape
                            + " has " + shape.dim(1) + " channels, the layer " + features);
        }
        return running.isPresent() && (statisticsFrozen || !isTraining()) ? byRunning(x, running.get()) : byBatch(x);
    }

    private Tensor byRunning(Tensor x, Running r) {
        Tensor mean = r.mean().reshape(1, features);
        Tensor variance = r.variance().reshape(1, features);
        return normalize(x, Tensor.concatenate(0, mean, variance), false);
    }

    private Tensor byBatch(Tensor x) {
        int n = x.shape().elements() / Math.max(1, features);
        if (n == 1) {
            throw new ShapeMismatchException(
                    "batchNorm",
                    "Expected more than 1 value per channel when training, got input size " + x.shape()
                            + "; use at least 2 examples a batch (drop a last batch of 1) or call eval()");
        }
        Tensor statistics = Tensor.record(new BatchStatistics(), x);
        Tensor y = normalize(x, statistics, true);
        return running.isPresent() && isTraining() ? track(y, statistics, n, running.get()) : y;
    }

    private Tensor normalize(Tensor x, Tensor statistics, boolean ofThisBatch) {
        Tensor scale = weight.isPresent() ? weight.get() : Tensor.full(1, features);
        Tensor shift = bias.isPresent() ? bias.get() : Tensor.full(0, features);
        var op = new org.skipjack.core.op.BatchNorm(options.eps(), ofThisBatch);
        return Tensor.record(op, x, statistics, scale, shift);
    }

    /** The result, whose evaluation also moves the running statistics. */
    private Tensor track(Tensor y, Tensor statistics, int n, Running r) {
        Tensor mean = statistics.slice(0, 0, 1).reshape(features);
        Tensor variance = statistics.slice(0, 1, 2).reshape(features);
        double unbiased = n / (n - 1.0);
        Tensor batches = r.batches().add(1);
        Tensor newMean;
        Tensor newVariance;
        if (options.momentum().isPresent()) {
            double momentum = options.momentum().getAsDouble();
            float keep = (float) (1 - momentum);
            newMean = r.mean().mul(keep).add(mean.mul((float) momentum));
            newVariance = r.variance().mul(keep).add(variance.mul((float) (momentum * unbiased)));
        } else {
            Tensor unbiasedVariance = variance.mul((float) unbiased);
            newMean = r.mean().add(mean.sub(r.mean()).div(batches));
            newVariance = r.variance().add(unbiasedVariance.sub(r.variance()).div(batches));
        }
        var targets = List.<Variable>of(r.mean(), r.variance(), r.batches());
        return Tensor.record(new Effect(targets), y, newMean, newVariance, batches);
    }

    /** The learnt scale {@code [C]}; empty if the layer is not affine. */
    public final Optional<Parameter> weight() {
        return weight;
    }

    /** The learnt shift {@code [C]}; empty if the layer is not affine. */
    public final Optional<Parameter> bias() {
        return bias;
    }

    /** The running mean {@code [C]}; empty if it is not kept. */
    public final Optional<Buffer> runningMean() {
        return running.map(Running::mean);
    }

    /** The running variance {@code [C]}, unbiased; empty if it is not kept. */
    public final Optional<Buffer> runningVar() {
        return running.map(Running::variance);
    }

    abstract void checkRank(Shape shape);

    /**
     * What can be chosen; {@link BatchNorm#options} gives the defaults, the methods change one thing each.
     *
     * @param eps added to the variance inside the root; positive
     * @param momentum weight of the newest batch in the running statistics; empty for the plain average of all batches
     * @param affine whether scale and shift are learnt
     * @param trackRunningStats whether running statistics are kept; without, batch statistics also serve evaluation
     */
    public record Options(float eps, OptionalDouble momentum, boolean affine, boolean trackRunningStats) {
        /**
         * Checks the momentum; the normalisation itself checks eps.
         *
         * @throws IllegalArgumentException if the momentum is outside 0 to 1
         */
        public Options {
            if (momentum.isPresent() && !(momentum.getAsDouble() >= 0 && momentum.getAsDouble() <= 1)) {
                throw new IllegalArgumentException("[batchNorm]: momentum must be between 0 and 1, got "
                        + momentum.getAsDouble() + "; it is the weight of the newest batch");
            }
        }

        /** Another eps. */
        public Options eps(float value) {
            return new Options(value, momentum, affine, trackRunningStats);
        }

        /** Another weight of the newest batch. */
        public Options momentum(double value) {
            return new Options(eps, OptionalDouble.of(value), affine, trackRunningStats);
        }

        /** Running statistics as the plain average of all batches; PyTorch's {@code momentum=None}. */
        public Options cumulativeAverage() {
            return new Options(eps, OptionalDouble.empty(), affine, trackRunningStats);
        }

        /** With or without learnt scale and shift. */
        public Options affine(boolean with) {
            return new Options(eps, momentum, with, trackRunningStats);
        }

        /** With or without running statistics. */
        public Options trackRunningStats(boolean with) {
            return new Options(eps, momentum, affine, with);
        }
    }
}
