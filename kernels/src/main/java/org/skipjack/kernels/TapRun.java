package org.skipjack.kernels;

import java.util.List;

/**
 * The taps of a kernel's row that are a loop instead of being written out, because of a method with all of them HotSpot would
 * compile nothing ({@link GeneratedKernels}): {@code rounds} times {@code taps} of them from {@code first} on. Taps are met by
 * the columns of a tile, all of them but near the border, and a round meets the columns that the one before met.
 */
record TapRun(int first, int taps, int rounds) {
    /** Operations that are written out, some 14 bytes each: a row of 11 taps by 4 columns and 4 filters, or by 2 and 6. */
    static final int MOST = Simd.FEW_REGISTERS ? 220 : 264;

    /** Operations of a round: 3 taps by 4 columns and 4 filters. */
    private static final int ROUND = 72;

    /** Widest kernel whose rows are written out by tiles of 4 columns and 4 filters. */
    private static final int WRITTEN = 11;

    /** Taps that only some columns of a tile may meet. */
    private static final int PARTIAL = 6;

    /**
     * The run of a row, without a round if the row has at most {@code most} operations.
     *
     * @param columns for each tap those that meet it
     * @param period taps from one to the next that meets the same columns
     * @param others filters or channels of a tile, or vectors of them: a tap loads each of them and each column that meets it,
     *     and multiplies each with each
     */
    static TapRun of(List<? extends List<Integer>> columns, int period, int others, int most) {
        var none = new TapRun(columns.size(), 0, 0);
        if (operations(columns, others) <= most) {
            return none;
        }
        int first = 0;
        int end = 0;
        for (int from = 0, to = 1; to <= columns.size(); to++) {
            if (to == columns.size() || (to >= from + period && !columns.get(to).equals(columns.get(to - period)))) {
                if (operations(columns.subList(from, to), others) > operations(columns.subList(first, end), others)) {
                    first = from;
                    end = to;
                }
                from = to - period + 1;
            }
        }
        int one = operations(columns.subList(first, Math.min(end, first + period)), others);
        int taps = period * Math.max(1, ROUND / Math.max(1, one));
        int rounds = (end - first) / taps;
        return rounds > 1 ? new TapRun(first, taps, rounds) : none;
    }

    private static int operations(List<? extends List<Integer>> columns, int others) {
        return columns.stream()
                .filter(met -> !met.isEmpty())
                .mapToInt(met -> met.size() + others + met.size() * others)
                .sum();
    }

    /** The first tap after the run. */
    int end() {
        return first + taps * rounds;
    }

    /** Columns of a tile of a convolution, {@code most} or so few that all but a few taps meet all columns or none. */
    static int columns(ConvGeometry g, int most) {
        if (g.kernelW() <= WRITTEN || g.padW() == 0) {
            return most;
        }
        return Math.clamp(1 + PARTIAL / 2L * g.dilationW() / g.strideW(), 1, most);
    }
}
