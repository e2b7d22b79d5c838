package org.skipjack.train.predict;

import java.util.Arrays;
import org.skipjack.train.data.PillowBilinear;

/**
 * One channel of a picture.
 *
 * @param width columns
 * @param height rows
 * @param levels {@code [height, width]} unsigned bytes
 */
record Plane(int width, int height, byte[] levels) {

    /** Levels nearer than this to the ground belong to it: 5 % of the range, as for Fashion-MNIST. */
    private static final int NEAR = 12;

    private static final int WHITE = 255;

    int level(int x, int y) {
        return levels[y * width + x] & 0xFF;
    }

    /** The median of the pixels at the edge. */
    int ground() {
        var edge = new int[2 * width + 2 * height];
        int count = 0;
        for (int x = 0; x < width; x++) {
            edge[count++] = level(x, 0);
            edge[count++] = level(x, height - 1);
        }
        for (int y = 0; y < height; y++) {
            edge[count++] = level(0, y);
            edge[count++] = level(width - 1, y);
        }
        Arrays.sort(edge);
        return edge[count / 2];
    }

    Plane inverted() {
        var inverted = new byte[levels.length];
        for (int i = 0; i < inverted.length; i++) {
            inverted[i] = (byte) (WHITE - (levels[i] & 0xFF));
        }
        return new Plane(width, height, inverted);
    }

    /** The ground level becomes 0 and all that is lighter is spread over the range; what is darker becomes 0 too. */
    Plane withGroundBlack(int ground) {
        var spread = new byte[levels.length];
        for (int i = 0; i < spread.length; i++) {
            int above = Math.max(0, (levels[i] & 0xFF) - ground);
            spread[i] = (byte) Math.round(above * (double) WHITE / (WHITE - ground));
        }
        return new Plane(width, height, spread);
    }

    /** The smallest part that holds all that is lighter than black; the whole if nothing is. */
    Plane trimmed() {
        int left = width;
        int right = -1;
        int top = height;
        int bottom = -1;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if (level(x, y) > NEAR) {
                    left = Math.min(left, x);
                    right = Math.max(right, x);
                    top = Math.min(top, y);
                    bottom = y;
                }
            }
        }
        boolean whole = left == 0 && top == 0 && right == width - 1 && bottom == height - 1;
        return right < 0 || whole ? this : part(left, top, right - left + 1, bottom - top + 1);
    }

    private Plane part(int left, int top, int newWidth, int newHeight) {
        var part = new byte[newWidth * newHeight];
        for (int y = 0; y < newHeight; y++) {
            System.arraycopy(levels, (top + y) * width + left, part, y * newWidth, newWidth);
        }
        return new Plane(newWidth, newHeight, part);
    }

    /** Scaled so that the longer side is that long. */
    Plane fitted(int longer) {
        double scale = longer / (double) Math.max(width, height);
        return resized(Math.max(1, (int) Math.round(width * scale)), Math.max(1, (int) Math.round(height * scale)));
    }

    Plane resized(int newWidth, int newHeight) {
        return newWidth == width && newHeight == height
                ? this
                : new Plane(newWidth, newHeight, new PillowBilinear(height, width, newHeight, newWidth).resize(levels));
    }

    /** On a black square, in the middle, or with the centre of mass there as far as it fits. */
    Plane onSquare(int side, boolean byMass) {
        int left = (side - width) / 2;
        int top = (side - height) / 2;
        if (byMass) {
            double sum = 0;
            double sumX = 0;
            double sumY = 0;
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    sum += level(x, y);
                    sumX += (x + 0.5) * level(x, y);
                    sumY += (y + 0.5) * level(x, y);
                }
            }
            if (sum > 0) {
                left = Math.clamp(Math.round(side / 2.0 - sumX / sum), 0, side - width);
                top = Math.clamp(Math.round(side / 2.0 - sumY / sum), 0, side - height);
            }
        }
        var square = new byte[side * side];
        for (int y = 0; y < height; y++) {
            System.arraycopy(levels, y * width, square, (top + y) * side + left, width);
        }
        return new Plane(side, side, square);
    }
}
