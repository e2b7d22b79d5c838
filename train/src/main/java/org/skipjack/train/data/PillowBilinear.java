package org.skipjack.train.data;

import java.util.Arrays;

/**
 * Bilinear resampling of 8-bit planes, bit for bit as Pillow's {@code Image.resize(..., Image.BILINEAR)}, which is what
 * torchvision's {@code Resize} does to a PIL image.
 *
 * <p>Separable: rows first, then columns, with a rounded 8-bit plane in between. Along one axis, with
 * {@code scale = in / out}, the weight of source pixel {@code s} for target pixel {@code t} is
 * {@code max(0, 1 - |s + 0.5 - (t + 0.5) * scale| / max(scale, 1))}, normalised to sum 1 in double precision and
 * rounded to 22 fractional bits; so shrinking averages (antialiasing) and enlarging interpolates. Sums are exact in
 * {@code int}. An axis whose length stays is not touched.
 *
 * <p>Follows {@code Resample.c} of Pillow 9.4 and torchvision 0.14; the tests compare with fixtures made by both.
 */
public final class PillowBilinear {

    /** 32 bits less 8 for the pixel and 2 for the sign and the carry. */
    private static final int FRACTION_BITS = 32 - 8 - 2;

    private static final int HALF = 1 << (FRACTION_BITS - 1);

    private final int inHeight;
    private final int inWidth;
    private final int outHeight;
    private final int outWidth;
    private final Axis rows;
    private final Axis columns;

    /**
     * Prepares the weights for one pair of sizes; the instance may be shared by threads.
     *
     * @throws IllegalArgumentException if a size is not positive
     */
    public PillowBilinear(int inHeight, int inWidth, int outHeight, int outWidth) {
        if (inHeight < 1 || inWidth < 1 || outHeight < 1 || outWidth < 1) {
            throw new IllegalArgumentException("[PillowBilinear] sizes are %d x %d and %d x %d, expected at least 1 x 1"
                    .formatted(inHeight, inWidth, outHeight, outWidth));
        }
        Math.multiplyExact(outHeight, outWidth);
        this.inHeight = inHeight;
        this.inWidth = inWidth;
        this.outHeight = outHeight;
        this.outWidth = outWidth;
        this.rows = Axis.of(inHeight, outHeight);
        this.columns = Axis.of(inWidth, outWidth);
    }

    /**
     * Resamples one plane.
     *
     * @param plane {@code [inHeight, inWidth]} unsigned bytes
     * @return {@code [outHeight, outWidth]} unsigned bytes
     */
    public byte[] resize(byte[] plane) {
        if (plane.length != inHeight * inWidth) {
            throw new IllegalArgumentException("[PillowBilinear] plane has %d bytes, expected %d (%d x %d)"
                    .formatted(plane.length, inHeight * inWidth, inHeight, inWidth));
        }
        var target = new byte[outHeight * outWidth];
        resize(plane, 0, target, 0, new Scratch(this));
        return target;
    }

    /** As {@link #resize(byte[])}, between arrays that hold many planes. {@code scratch} belongs to one thread. */
    void resize(byte[] source, int from, byte[] target, int to, Scratch scratch) {
        for (int y = 0; y < inHeight; y++) {
            if (inWidth == outWidth) {
                for (int x = 0; x < outWidth; x++) {
                    scratch.narrowed[y * outWidth + x] = source[from + y * inWidth + x] & 0xFF;
                }
            } else {
                resampleRow(source, from + y * inWidth, scratch.narrowed, y * outWidth);
            }
        }
        for (int y = 0; y < outHeight; y++) {
            if (inHeight == outHeight) {
                for (int x = 0; x < outWidth; x++) {
                    target[to + y * outWidth + x] = (byte) scratch.narrowed[y * outWidth + x];
                }
            } else {
                blendRows(y, scratch, target, to + y * outWidth);
            }
        }
    }

    private void resampleRow(byte[] source, int from, int[] target, int to) {
        int taps = columns.taps;
        for (int x = 0; x < outWidth; x++) {
            int first = from + columns.first[x];
            int sum = HALF;
            for (int k = 0; k < columns.count[x]; k++) {
                sum += (source[first + k] & 0xFF) * columns.weights[x * taps + k];
            }
            target[to + x] = pixel(sum);
        }
    }

    /** The loops over ints are the compiler's to vectorise; that is why the plane in between is not bytes. */
    private void blendRows(int y, Scratch scratch, byte[] target, int to) {
        int[] sums = scratch.sums;
        int[] narrowed = scratch.narrowed;
        Arrays.fill(sums, HALF);
        for (int k = 0; k < rows.count[y]; k++) {
            int weight = rows.weights[y * rows.taps + k];
            int row = (rows.first[y] + k) * outWidth;
            for (int x = 0; x < outWidth; x++) {
                sums[x] += narrowed[row + x] * weight;
            }
        }
        for (int x = 0; x < outWidth; x++) {
            target[to + x] = (byte) pixel(sums[x]);
        }
    }

    /** Weights are not negative and sum to one but for their rounding, so only the upper end needs a guard. */
    private static int pixel(int sum) {
        return Math.min(sum >> FRACTION_BITS, 255);
    }

    /** What one thread needs between the two passes. */
    static final class Scratch {
        private final int[] narrowed;
        private final int[] sums;

        Scratch(PillowBilinear resampler) {
            narrowed = new int[Math.multiplyExact(resampler.inHeight, resampler.outWidth)];
            sums = new int[resampler.outWidth];
        }
    }

    /**
     * The taps along one axis: target pixel {@code t} reads {@code count[t]} source pixels from {@code first[t]} on, with
     * the weights {@code weights[t * taps ..]}.
     */
    private static final class Axis {
        private final int taps;
        private final int[] first;
        private final int[] count;
        private final int[] weights;

        private Axis(int taps, int out) {
            this.taps = taps;
            first = new int[out];
            count = new int[out];
            weights = new int[Math.multiplyExact(taps, out)];
        }

        static Axis of(int in, int out) {
            double scale = (double) in / out;
            double support = Math.max(scale, 1.0);
            var axis = new Axis((int) Math.ceil(support) * 2 + 1, out);
            var exact = new double[axis.taps];
            for (int t = 0; t < out; t++) {
                double centre = (t + 0.5) * scale;
                int first = Math.max(0, (int) (centre - support + 0.5));
                int count = Math.min(in, (int) (centre + support + 0.5)) - first;
                double sum = 0;
                for (int k = 0; k < count; k++) {
                    double distance = Math.abs((k + first - centre + 0.5) * (1.0 / support));
                    exact[k] = distance < 1.0 ? 1.0 - distance : 0.0;
                    sum += exact[k];
                }
                for (int k = 0; k < count; k++) {
                    double weight = sum == 0 ? exact[k] : exact[k] / sum;
                    axis.weights[t * axis.taps + k] = (int) (0.5 + weight * (1 << FRACTION_BITS));
                }
                // Enlarging, a third tap often weighs nothing.
                while (count > 1 && axis.weights[t * axis.taps + count - 1] == 0) {
                    count--;
                }
                axis.first[t] = first;
                axis.count[t] = count;
            }
            return axis;
        }
    }
}
