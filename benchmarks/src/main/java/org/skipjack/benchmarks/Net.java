package org.skipjack.benchmarks;

import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.skipjack.nn.Module;
import org.skipjack.nn.models.Models;

/** A net that all sides can build. Every one takes images of one channel and tells ten classes apart. */
public enum Net {
    /**
     * The tutorial's LeNet with batch normalisation on 28x28, learning rate 1.
     *
     * <p>Tolerance: rounding alone gave relative differences of losses of about 1e-7 in the first step and 1e-6 in the
     * second.
     */
    LENET_BN("lenet-bn", 28, 1, 1e-4),

    /**
     * The tutorial's ResNet-18, usually on 96x96.
     *
     * <p>Tolerance: beside double precision, PyTorch's losses in float32 were up to 1.3e-6 off in the first step. The second
     * step's error comes through the update, where a gradient's rounding may turn a ReLU or a pooling's choice: it grows with
     * the learning rate and falls with the batch. At 0.05, 0.001 and 0.0002 it was 1.3e-3, 2.1e-5 and 3.4e-6 in a batch of 64,
     * and at 0.0002 at most 3.8e-5 in batches of 2 and 8. So the rate is 0.0002 rather than the tutorial's 0.05, and the
     * tolerance five times the most that was seen then. Since, one choice has been seen to make 2.0e-4 in a batch of 8, by Winograd's
     * algorithm and not with other roundings; in batches of 32 at 64x64 PyTorch, Winograd's and direct sums were at most 1.6e-5 off over six
     * seeds. A step lowers the loss of a batch of 64 by 3.5e-2 of it: gradients that are half a per cent too short or too long are refused.
     */
    RESNET18("resnet18", 96, 0.0002f, 2e-4);

    /** Classes of all nets. */
    public static final int CLASSES = 10;

    /**
     * Of a side that multiplies in bfloat16, which rounds to 2⁻⁹ and not to 2⁻²⁴: ResNet-18's losses were up to 1e-2 off in the
     * first step and 3.4e-2 in the second, the least in a batch of 64, 8e-4.
     */
    private static final double BFLOAT16_TOLERANCE = 5e-2;

    private final String id;
    private final int usualSize;
    private final float learningRate;
    private final double tolerance;

    Net(String id, int usualSize, float learningRate, double tolerance) {
        this.id = id;
        this.usualSize = usualSize;
        this.learningRate = learningRate;
        this.tolerance = tolerance;
    }

    /** The net of that name, if there is one. */
    public static Optional<Net> find(String id) {
        return Arrays.stream(values()).filter(net -> net.id.equals(id)).findFirst();
    }

    /** Name on the command line, which is Skipjack's name for the net. */
    public String id() {
        return id;
    }

    /** Rows and columns of an image unless told otherwise. */
    public int usualSize() {
        return usualSize;
    }

    /** Whether images of that many rows and columns can be classified. */
    public boolean takes(int size) {
        return this == LENET_BN ? size == usualSize : size >= 1;
    }

    /** Factor of the gradient in the update. */
    public float learningRate() {
        return learningRate;
    }

    /** Largest relative difference of a side's loss from that of the first side. */
    public double tolerance(boolean bfloat16) {
        return bfloat16 ? BFLOAT16_TOLERANCE : tolerance;
    }

    /** Skipjack's net. */
    public Module create(RandomGenerator random) {
        return Models.find(id).create(1, CLASSES, random);
    }
}
