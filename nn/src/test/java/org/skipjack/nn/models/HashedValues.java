package org.skipjack.nn.models;

import org.skipjack.core.Parameter;
import org.skipjack.core.Tensor;
import org.skipjack.nn.Module;

/**
 * Weights, images and signs as a hash of their position, so that PyTorch's fixtures need not hold them: the twin of {@code
 * hashed.py} among the fixtures' scripts, whose README.md gives the formulas.
 */
final class HashedValues {
    /** Sums in a sketch. */
    static final int SKETCHES = 32;

    private static final int STREAMS_PER_SEED = 4096;
    private static final int IMAGES = 2048;

    private HashedValues() {}

    /** The hash of a position in a stream. */
    static int word(int stream, int position) {
        int h = position + stream * 0x9E3779B1;
        h ^= h >>> 16;
        h *= 0x7FEB352D;
        h ^= h >>> 15;
        h *= 0x846CA68B;
        return h ^ h >>> 16;
    }

    /** A multiple of 2⁻²⁴ in [-1/2, 1/2). */
    private static double uniform(int stream, int position) {
        return (word(stream, position) >>> 8) * 0x1p-24 - 0.5;
    }

    /** Fills the parameters of a net, the one at position p from stream p. */
    static void fill(Module net, int seed) {
        for (int p = 0; p < net.parameters().size(); p++) {
            Parameter parameter = net.parameters().get(p);
            int rank = parameter.shape().rank();
            double scale = rank > 1 ? Math.sqrt(24.0 / parameter.shape().elements(1, rank)) : 0;
            var values = new float[parameter.shape().elements()];
            for (int i = 0; i < values.length; i++) {
                double u = uniform(seed * STREAMS_PER_SEED + p, i);
                if (rank > 1) {
                    values[i] = (float) (u * scale);
                } else {
                    values[i] = (float) (parameter.name().endsWith(".weight") ? 1 + u / 2 : u / 5);
                }
            }
            parameter.assign(values);
        }
    }

    /** Images of a batch, {@code [N, C, H, W]}. */
    static Tensor images(int seed, int batch, int... shape) {
        int count = 1;
        for (int extent : shape) {
            count *= extent;
        }
        var pixels = new float[count];
        for (int i = 0; i < count; i++) {
            pixels[i] = (float) uniform(seed * STREAMS_PER_SEED + IMAGES + batch, i);
        }
        return Tensor.wrap(pixels, shape);
    }

    /** The labels 0, 7, 4, 1, ... of a batch. */
    static Tensor labels(int count) {
        var labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = 7 * i % 10;
        }
        return Tensor.ofInts(labels, count);
    }

    /** Thirty-two sums of a parameter's gradient; in sum k an element counts negative if bit k of its word is set. */
    static double[] sketch(int seed, int parameter, float[] gradient) {
        var sums = new double[SKETCHES];
        for (int i = 0; i < gradient.length; i++) {
            int bits = word(seed * STREAMS_PER_SEED + parameter, i);
            for (int k = 0; k < SKETCHES; k++) {
                sums[k] += (bits >>> k & 1) == 0 ? gradient[i] : -gradient[i];
            }
        }
        return sums;
    }
}
