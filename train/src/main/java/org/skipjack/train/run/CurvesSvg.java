package org.skipjack.train.run;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.skipjack.train.CurvePoint;
import org.skipjack.train.EpochResult;

/**
 * Draws the curves of a training as the tutorial does: train loss solid, train accuracy dashed magenta, test accuracy
 * dash-dotted green, over epochs 1 to N on one pair of axes.
 */
final class CurvesSvg {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 440;
    private static final int LEFT = 56;
    private static final int RIGHT = 620;
    private static final int TOP = 48;
    private static final int BOTTOM = 388;
    private static final int MAX_TICKS = 10;

    private final StringBuilder svg = new StringBuilder();
    private final double xMin;
    private final double xMax;
    private final double yMin;
    private final double yMax;
    private final double yStep;

    private CurvesSvg(double xMin, double xMax, double lowest, double highest) {
        this.xMin = xMin;
        this.xMax = xMax;
        double low = Math.min(lowest, highest);
        double high = Math.max(lowest, highest);
        double margin = high > low ? 0.05 * (high - low) : 0.5;
        this.yMin = low - margin;
        this.yMax = high + margin;
        this.yStep = tickStep(yMax - yMin);
    }

    /**
     * The picture as SVG text.
     *
     * @param points points within the epochs
     * @param epochs results after each epoch
     * @param lastEpoch right end of the axis, the number of epochs the run is to last
     */
    static String draw(List<CurvePoint> points, List<EpochResult> epochs, int lastEpoch) {
        // As in the tutorial the axis begins at 1; a run of one epoch would leave no axis at all.
        double first = lastEpoch > 1 ? 1 : 0;
        double[] range = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (CurvePoint point : points) {
            if (point.epoch() >= first) {
                include(range, point.trainLoss());
                include(range, point.trainAccuracy());
            }
        }
        for (EpochResult epoch : epochs) {
            include(range, epoch.testAccuracy());
        }
        if (range[0] > range[1]) {
            range = new double[] {0, 1};
        }
        return new CurvesSvg(first, lastEpoch, range[0], range[1]).picture(points, epochs);
    }

    private static void include(double[] range, double value) {
        if (Double.isFinite(value)) {
            range[0] = Math.min(range[0], value);
            range[1] = Math.max(range[1], value);
        }
    }

    private String picture(List<CurvePoint> points, List<EpochResult> epochs) {
        line(format(
                ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\"",
                WIDTH,
                HEIGHT,
                WIDTH,
                HEIGHT));
        line(" font-family=\"sans-serif\" font-size=\"13\" fill=\"#222\">");
        line("<title>Training curves</title>");
        line(format(
                ROOT,
                "<clipPath id=\"plot\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/></clipPath>",
                LEFT,
                TOP,
                RIGHT - LEFT,
                BOTTOM - TOP));
        line(format(ROOT, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>", WIDTH, HEIGHT));
        grid();
        curve(points, CurvePoint::epoch, CurvePoint::trainLoss, Style.TRAIN_LOSS);
        curve(points, CurvePoint::epoch, CurvePoint::trainAccuracy, Style.TRAIN_ACCURACY);
        curve(epochs, EpochResult::epoch, EpochResult::testAccuracy, Style.TEST_ACCURACY);
        legend();
        line("</svg>");
        return svg.toString();
    }

    private void grid() {
        double xStep = Math.max(tickStep(xMax - xMin), xMax - xMin >= 2 ? 1 : 0);
        line("<g stroke=\"#ddd\">");
        for (double x = firstTick(xMin, xStep); x <= xMax + 1e-9; x += xStep) {
            line(format(
                    ROOT, "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>", pixelX(x), TOP, pixelX(x), BOTTOM));
        }
        for (double y = firstTick(yMin, yStep); y <= yMax; y += yStep) {
            line(format(
                    ROOT, "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>", LEFT, pixelY(y), RIGHT, pixelY(y)));
        }
        line("</g>");
        line("<g text-anchor=\"middle\">");
        for (double x = firstTick(xMin, xStep); x <= xMax + 1e-9; x += xStep) {
            line(format(ROOT, "<text x=\"%.1f\" y=\"%d\">%s</text>", pixelX(x), BOTTOM + 18, number(x, xStep)));
        }
        line(format(ROOT, "<text x=\"%d\" y=\"%d\">epoch</text>", (LEFT + RIGHT) / 2, BOTTOM + 40));
        line("</g>");
        line("<g text-anchor=\"end\">");
        for (double y = firstTick(yMin, yStep); y <= yMax; y += yStep) {
            line(format(ROOT, "<text x=\"%d\" y=\"%.1f\">%s</text>", LEFT - 8, pixelY(y) + 4.5, number(y, yStep)));
        }
        line("</g>");
        line(format(
                ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#222\"/>",
                LEFT,
                TOP,
                RIGHT - LEFT,
                BOTTOM - TOP));
    }

    private <T> void curve(List<T> points, ToDoubleFunction<T> x, ToDoubleFunction<T> y, Style style) {
        svg.append("<polyline clip-path=\"url(#plot)\" fill=\"none\" stroke-width=\"2\" ")
                .append(style.stroke)
                .append(" points=\"");
        for (T point : points) {
            if (Double.isFinite(y.applyAsDouble(point))) {
                svg.append(format(ROOT, "%.1f,%.1f ", pixelX(x.applyAsDouble(point)), pixelY(y.applyAsDouble(point))));
            }
        }
        line("\"/>");
    }

    private void legend() {
        int x = LEFT;
        for (Style style : Style.values()) {
            line(format(
                    ROOT,
                    "<line x1=\"%d\" y1=\"28\" x2=\"%d\" y2=\"28\" stroke-width=\"2\" %s/>",
                    x,
                    x + 40,
                    style.stroke));
            line(format(ROOT, "<text x=\"%d\" y=\"32.5\">%s</text>", x + 48, style.label));
            x += 150;
        }
    }

    private double pixelX(double x) {
        return LEFT + (x - xMin) / (xMax - xMin) * (RIGHT - LEFT);
    }

    private double pixelY(double y) {
        return BOTTOM - (y - yMin) / (yMax - yMin) * (BOTTOM - TOP);
    }

    /** The smallest of 1, 2 and 5 times a power of ten that gives at most {@link #MAX_TICKS} steps. */
    private static double tickStep(double span) {
        double power = Math.pow(10, Math.floor(Math.log10(span / MAX_TICKS)));
        for (int factor : new int[] {1, 2, 5}) {
            if (span / (factor * power) <= MAX_TICKS) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private static double firstTick(double from, double step) {
        return Math.ceil(from / step - 1e-9) * step;
    }

    private static String number(double value, double step) {
        int digits = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
        // Adding zero turns the -0.0 of a tick at the origin into 0.
        return format(ROOT, "%." + digits + "f", Math.rint(value / step) * step + 0.0);
    }

    private void line(String text) {
        svg.append(text).append('\n');
    }

    private enum Style {
        TRAIN_LOSS("train loss", "stroke=\"#1f77b4\""),
        TRAIN_ACCURACY("train acc", "stroke=\"#bf00bf\" stroke-dasharray=\"8 4\""),
        TEST_ACCURACY("test acc", "stroke=\"#008000\" stroke-dasharray=\"10 3 2 3\"");

        private final String label;
        private final String stroke;

        Style(String label, String stroke) {
            this.label = label;
            this.stroke = stroke;
        }
    }
}
