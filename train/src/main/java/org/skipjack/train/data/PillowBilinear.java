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

    private final Axis rows;
    private final Axis columns;

    /** Rows before, from {@code firstRow} on, that the second pass reads. */
    private final int firstRow;

    private final int neededRows;

    private PillowBilinear(Axis rows, Axis columns) {
        Math.multiplyExact(rows.out, columns.out);
        this.rows = rows;
        this.columns = columns;
        this.firstRow = rows.first[0];
        this.neededRows = rows.end() - firstRow;
    }

    /**
     * Prepares the weights for one pair of sizes; the instance may be shared by threads.
     *
     * @throws IllegalArgumentException if a size is not positive
     */
    public PillowBilinear(int inHeight, int inWidth, int outHeight, int outWidth) {
        this(Axis.of(inHeight, outHeight, outHeight), Axis.of(inWidth, outWidth, outWidth));
    }

    /**
     * Resizes to {@code resizedHeight x resizedWidth} and cuts {@code outHeight x outWidth} out of the middle, as torchvision's
     * {@code CenterCrop} after {@code Resize}: what is left out at the top and at the left is {@code (resized - out) / 2}, a half
     * rounded to even. Only what is kept is computed, however long the picture is.
     *
     * @throws IllegalArgumentException if a size is not positive or the resized picture is smaller than the part
     */
    public static PillowBilinear centreCropped(
            int inHeight, int inWidth, int resizedHeight, int resizedWidth, int outHeight, int outWidth) {
        return new PillowBilinear(
                Axis.of(inHeight, resizedHeight, outHeight), Axis.of(inWidth, resizedWidth, outWidth));
    }

    /**
     * Resamples one plane.
     *
     * @param plane {@code [inHeight, inWidth]} unsigned bytes
     * @return {@code [outHeight, outWidth]} unsigned bytes
     */
    public byte[] resize(byte[] plane) {
        if (plane.length != rows.in * columns.in) {
            throw new IllegalArgumentException("[PillowBilinear] plane has %d bytes, expected %d (%d x %d)"
                    .formatted(plane.length, rows.in * columns.in, rows.in, columns.in));
        }
        var target = new byte[rows.out * columns.out];
        resize(plane, 0, target, 0, new Scratch(this));
        return target;
    }

    /** As {@link #resize(byte[])}, between arrays that hold many planes. {@code scratch} belongs to one thread. */
    void resize(byte[] source, int from, byte[] target, int to, Scratch scratch) {
        int outWidth = columns.out;
        for (int y = 0; y < neededRows; y++) {
            int row = from + (firstRow + y) * columns.in;
            if (columns.isUntouched()) {
                for (int x = 0; x < outWidth; x++) {
                    scratch.narrowed[y * outWidth + x] = source[row + x] & 0xFF;
                }
            } else {
                resampleRow(source, row, scratch.narrowed, y * outWidth);
            }
        }
        for (int y = 0; y < rows.out; y++) {
            if (rows.isUntouched()) {
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
        for (int x = 0; x < columns.out; x++) {
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
        int outWidth = columns.out;
        int[] sums = scratch.sums;
        int[] narrowed = scratch.narrowed;
        Arrays.fill(sums, HALF);
        for (int k = 0; k < rows.count[y]; k++) {
            int weight = rows.weights[y * rows.taps + k];
            int row = (rows.first[y] - firstRow + k) * outWidth;
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
            narrowed = new int[Math.multiplyExact(resampler.neededRows, resampler.columns.out)];
            sums = new int[resampler.columns.out];
        }
    }

    /**
     * The taps along one axis: target pixel {@code t} reads {@code count[t]} source pixels from {@code first[t]} on, with
     * the weights {@code weights[t * taps ..]}.
     */
    private static final class Axis {
        private final int in;
        private final int resized;
        private final int out;
        private final int taps;
        private final int[] first;
        private final int[] count;
        private final int[] weights;

        private Axis(int in, int resized, int out, int taps) {
            this.in = in;
            this.resized = resized;
            this.out = out;
            this.taps = taps;
            first = new int[out];
            count = new int[out];
            weights = new int[Math.multiplyExact(taps, out)];
        }

        /** The middle of an axis that is resized. */
        static Axis of(int in, int resized, int out) {
            if (in < 1 || out < 1 || resized < out) {
                throw new IllegalArgumentException(
                        "[PillowBilinear] sizes are %d, resized %d, cropped %d, expected at least 1"
                                        .formatted(in, resized, out)
                                + " and a part no larger than the whole");
            }
            int left = (int) Math.rint((resized - out) / 2.0);
            double scale = (double) in / resized;
            double support = Math.max(scale, 1.0);
            var axis = new Axis(in, resized, out, (int) Math.ceil(support) * 2 + 1);
            var exact = new double[axis.taps];
            for (int t = 0; t < out; t++) {
                double centre = (left + t + 0.5) * scale;
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

        /** Behind the last source pixel that is read. */
        int end() {
            int end = 0;
            for (int t = 0; t < out; t++) {
                end = Math.max(end, first[t] + count[t]);
            }
            return end;
        }

        /** Whether nothing is to be done along it. */
        boolean isUntouched() {
            return in == resized && resized == out;
        }
    }
}
