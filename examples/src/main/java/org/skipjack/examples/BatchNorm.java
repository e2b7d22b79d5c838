package org.skipjack.examples;

import java.util.random.RandomGenerator;
import org.skipjack.core.Buffer;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;
import org.skipjack.nn.Module;

/**
 * Batch normalisation from scratch: {@code y = gamma (x - mean) / √(var + eps) + beta}, for features ({@code numDims} 2,
 * input {@code [N, C]}) or channels ({@code numDims} 4, input {@code [N, C, H, W]}).
 *
 * <p>Follows the class of that name in <a href="https://d2l.ai">Dive into Deep Learning</a>, which differs from the layers
 * {@code BatchNorm1d} and {@code BatchNorm2d}: the moving variance is the biased one, {@code Σ (x - mean)² / n}, the
 * momentum of 0.9 is the weight of the <em>old</em> value, {@code moving = momentum moving + (1 - momentum) new}, and a
 * batch of one is accepted.
 *
 * <p>Parameters {@code gamma} (ones) and {@code beta} (zeros), buffers {@code moving_mean} (zeros) and {@code moving_var}
 * (ones), all of shape {@code [1, C]} or {@code [1, C, 1, 1]}.
 */
public final class BatchNorm extends Module {
    private static final float EPS = 1e-5f;
    private static final double MOMENTUM = 0.9;

    private final int numDims;
    private final Parameter gamma;
    private final Parameter beta;
    private final Buffer movingMean;
    private final Buffer movingVar;

    /**
     * A layer for that number of features or channels.
     *
     * @param numDims rank of the input, 2 or 4
     * @throws IllegalArgumentException if the rank is another
     */
    public BatchNorm(int numFeatures, int numDims) {
        if (numDims != 2 && numDims != 4) {
            throw new IllegalArgumentException(
                    "BatchNorm normalises features (numDims 2) or channels (numDims 4), got" + " numDims " + numDims);
        }
        Shape shape = numDims == 2 ? Shape.of(1, numFeatures) : Shape.of(1, numFeatures, 1, 1);
        this.numDims = numDims;
        this.gamma = parameter("gamma", shape);
        this.beta = parameter("beta", shape);
        this.movingMean = buffer("moving_mean", shape);
        this.movingVar = buffer("moving_var", shape);
        restart();
    }

    @Override
    protected void resetParameters(RandomGenerator random) {
        restart();
    }

    private void restart() {
        gamma.fill(1);
        beta.fill(0);
        movingMean.fill(0);
        movingVar.fill(1);
    }

    /** Normalises; throws a {@link ShapeMismatchException} if the rank is not the layer's. */
    @Override
    public Tensor forward(Tensor x) {
        if (x.shape().rank() != numDims) {
            throw new ShapeMismatchException(
                    "batchNorm",
                    "expected an input of rank " + numDims + ", got " + x.shape()
                            + "; make the layer with numDims 2 for [N, C], 4 for [N, C, H, W]");
        }
        if (!isTraining()) {
            return scaleAndShift(x.sub(movingMean), movingVar);
        }
        int[] axes = numDims == 2 ? new int[] {0} : new int[] {0, 2, 3};
        Tensor mean = x.mean(true, axes);
        Tensor centred = x.sub(mean);
        Tensor var = centred.square().mean(true, axes);
        return scaleAndShift(centred, var)
                .alsoAssign(movingMean, movingAverage(movingMean, mean))
                .alsoAssign(movingVar, movingAverage(movingVar, var));
    }

    private Tensor scaleAndShift(Tensor centred, Tensor var) {
        return gamma.mul(centred.div(var.add(EPS).sqrt())).add(beta);
    }

    private static Tensor movingAverage(Tensor moving, Tensor now) {
        return moving.mul((float) MOMENTUM).add(now.mul((float) (1 - MOMENTUM)));
    }

    /** The learnt scale. */
    public Parameter gamma() {
        return gamma;
    }

    /** The learnt shift. */
    public Parameter beta() {
        return beta;
    }
}
