package org.skipjack.interop.onnx;

import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/** Where the windows of a convolution or pooling lie in rows (direction 0) and columns (direction 1) of an image. */
final class Windows {
    private final int[] extents;
    private final int[] kernel;
    private final int[] strides;
    private final int[] dilations;
    private final int[] before = new int[2];
    private final int[] after = new int[2];
    private final int[] out = new int[2];

    /** Places to the right of an image that padding does not fill but a window of ceil mode covers. */
    private final int[] beyond = new int[2];

    private Windows(Attributes attributes, int[] kernel, Shape images) {
        this.extents = new int[] {images.dim(2), images.dim(3)};
        this.kernel = kernel;
        this.strides = attributes.list("strides", 1, 1);
        this.dilations = attributes.list("dilations", 1, 1);
        boolean ceil = attributes.flag("ceil_mode", false);
        String auto = attributes.text("auto_pad", "NOTSET");
        int[] pads = attributes.list("pads", 0, 0, 0, 0);
        for (int d = 0; d < 2; d++) {
            if (kernel[d] < 1 || kernel[d] > Attributes.MOST || strides[d] < 1 || dilations[d] < 1) {
                throw new IllegalArgumentException("kernel, stride and dilation are " + kernel[d] + ", " + strides[d]
                        + " and " + dilations[d] + ", expected 1 to " + Attributes.MOST);
            }
            pad(d, auto, pads[d], pads[d + 2]);
            place(d, ceil);
        }
    }

    /** Reads strides, dilations, padding and rounding. */
    static Windows of(Attributes attributes, int[] kernel, Shape images) {
        return new Windows(attributes, kernel, images);
    }

    private void pad(int d, String auto, int first, int last) {
        if (first < 0 || last < 0) {
            throw new IllegalArgumentException("pads are " + first + " and " + last + ", expected none below 0");
        }
        switch (auto) {
            case "NOTSET" -> {
                before[d] = first;
                after[d] = last;
            }
            case "VALID" -> {}
            case "SAME_UPPER", "SAME_LOWER" -> {
                int windows = Math.ceilDiv(extents[d], strides[d]);
                int total = Math.max(0, (windows - 1) * strides[d] + span(d) - extents[d]);
                int less = total / 2;
                before[d] = auto.equals("SAME_UPPER") ? less : total - less;
                after[d] = total - before[d];
            }
            default ->
                throw new IllegalArgumentException("auto_pad is " + OnnxException.quote(auto)
                        + ", expected NOTSET, VALID, SAME_UPPER or SAME_LOWER");
        }
    }

    /** In ceil mode a last window may begin in the image, or the padding before it, and end behind the padding. */
    private void place(int d, boolean ceil) {
        long room = (long) before[d] + extents[d] + after[d] - span(d);
        if (room < 0) {
            throw new IllegalArgumentException(
                    "window of " + span(d) + " is larger than the padded extent of " + (room + span(d)));
        }
        long count = (ceil ? Math.ceilDiv(room, strides[d]) : room / strides[d]) + 1;
        if (ceil && (count - 1) * strides[d] >= (long) extents[d] + before[d]) {
            count--;
        }
        out[d] = (int) count;
        beyond[d] = (int) Math.max(0, (count - 1) * strides[d] - room);
    }

    /** What a window spans, gaps included. */
    int span(int d) {
        return (kernel[d] - 1) * dilations[d] + 1;
    }

    int kernel(int d) {
        return kernel[d];
    }

    int stride(int d) {
        return strides[d];
    }

    int dilation(int d) {
        return dilations[d];
    }

    int before(int d) {
        return before[d];
    }

    int after(int d) {
        return after[d];
    }

    /** Number of windows. */
    int out(int d) {
        return out[d];
    }

    /** Whether there is as much padding behind as in front, and nothing beyond it. */
    boolean isEven() {
        return before[0] == after[0] && before[1] == after[1] && beyond[0] == 0 && beyond[1] == 0;
    }

    /** Images surrounded by a value, so that all windows lie in them. */
    Tensor pad(Tensor images, float value) {
        Tensor y = images;
        for (int d = 0; d < 2; d++) {
            y = Images.pad(y, d + 2, before[d], after[d] + beyond[d], value);
        }
        return y;
    }

    /**
     * How many places of a window are counted in a mean.
     *
     * @param countPadding whether padding counts; what lies beyond it never does
     */
    int counted(int d, int window, boolean countPadding) {
        int from = window * strides[d] - before[d];
        int to = from + kernel[d];
        int least = countPadding ? -before[d] : 0;
        int most = countPadding ? extents[d] + after[d] : extents[d];
        return Math.min(to, most) - Math.max(from, least);
    }
}
