package org.skipjack.nn;

import java.util.List;
import java.util.random.RandomGenerator;
import org.skipjack.core.Buffer;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.Effect;
import org.skipjack.core.op.RandomUniform;

/**
 * In training, sets each element to 0 with probability {@code p} and multiplies the others by {@code 1 / (1 - p)}; in
 * evaluation, the identity. Any shape.
 *
 * <p>The mask is a pure function of a buffer {@code seed}, which {@link #reset} draws, of the layer's path, and of a buffer
 * {@code counter} that grows by 1 each time the result is evaluated. Neither is part of {@link #stateDict}, so that files
 * are PyTorch's; whoever wants to go on with the same masks saves {@link #variables}.
 *
 * <p>Srivastava et al. 2014; follows <a
 * href="https://pytorch.org/docs/stable/generated/torch.nn.Dropout.html">torch.nn.Dropout</a>.
 */
public final class Dropout extends Module {
    private static final int SEED_PARTS = 4;
    private static final int PART_BITS = 16;
    private static final long PART_MASK = 0xFFFF;

    private final float p;
    private final Buffer counter;

    /** Four times 16 bits, lowest first: numbers that a float holds exactly. */
    private final Buffer seed;

    /** Drops half of the elements. */
    public Dropout() {
        this(0.5f);
    }

    /**
     * Drops that share of the elements.
     *
     * @throws IllegalArgumentException if it is not between 0 and 1
     */
    public Dropout(float p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException(
                    "[dropout]: dropout probability has to be between 0 and 1, but got " + p);
        }
        this.p = p;
        this.counter = buffer("counter", Shape.scalar(), false);
        this.seed = buffer("seed", Shape.of(SEED_PARTS), false);
    }

    @Override
    protected void resetParameters(RandomGenerator random) {
        long drawn = random.nextLong();
        var parts = new float[SEED_PARTS];
        for (int i = 0; i < SEED_PARTS; i++) {
            parts[i] = (drawn >>> (PART_BITS * i)) & PART_MASK;
        }
        seed.assign(parts);
        counter.fill(0);
    }

    private long seed() {
        long joined = 0;
        float[] parts = seed.toFloatArray();
        for (int i = 0; i < SEED_PARTS; i++) {
            joined |= (long) parts[i] << (PART_BITS * i);
        }
        return joined;
    }

    @Override
    public Tensor forward(Tensor x) {
        if (!isTraining() || p == 0) {
            return x;
        }
        // The path keeps the masks of two layers apart that were never reset and so have one seed.
        Tensor uniform = Tensor.record(new RandomUniform(seed() + path().hashCode(), x.shape()), counter);
        Tensor kept = Tensor.scalar(1 - p).greater(uniform);
        Tensor y = p == 1 ? x.mul(kept) : x.mul(kept.mul(1 / (1 - p)));
        return Tensor.record(new Effect(List.of(counter)), y, counter.add(1));
    }
}
