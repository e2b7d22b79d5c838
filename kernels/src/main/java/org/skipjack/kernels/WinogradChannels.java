package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * 3x3 convolution with stride 1 of single examples in {@link ChannelBlocks} by Winograd's minimal filtering,
 * {@code y = relu(b + Aᵀ [(G w Gᵀ) ∘ (Bᵀ x B)] A + added)} for each tile as in {@link WinogradLanes}, where the addition and the
 * ReLU may be missing. For each point of the tiles, the products summed over the channels are a 1x1 convolution whose pixels
 * are the tiles.
 */
public final class WinogradChannels {
    /** Most tiles that are computed together: as many as a product keeps in registers with two blocks of filters. */
    private static final int STRIP = 8;

    /** Tasks to have at least, even if each transforms the inputs of its tiles for itself. */
    private static final int TASKS = 4;

    /** Share of the time of the direct sum below which it pays. */
    private static final double PAYS = 0.9;

    /**
     * Tiles that are computed together.
     *
     * @param first number of the first
     * @param tiles how many
     * @param products the code of the products by number of blocks, if there are vectors
     */
    private record Strip(int first, int tiles, Map<Integer, List<ChannelTiles.Placed>> products) {}

    private final ConvGeometry g;
    private final WinogradTile tile;
    private final WinogradTiles inputs;
    private final WinogradGrid outputs;
    private final WinogradEpilogue[] epilogues;
    private final WinogradChannelWeights layout;
    private final List<Strip> strips = new ArrayList<>();
    private final int shares;
    private final int inputPlane;
    private final int outputPlane;

    /**
     * The kernels of a convolution, which {@link #fits}.
     *
     * @param adding whether something is added
     * @param rectified whether a ReLU comes last
     */
    public WinogradChannels(ConvGeometry g, boolean adding, boolean rectified) {
        this.g = g;
        this.tile = WinogradTile.ofExample(g.outH(), g.outW());
        this.inputs = new WinogradTiles(WinogradGrid.input(g, tile), tile.input(), COUNT);
        this.outputs = WinogradGrid.output(g, tile);
        this.layout = new WinogradChannelWeights(g);
        this.epilogues = new WinogradEpilogue[outputs.tiles()];
        var cut = new HashMap<List<Integer>, WinogradEpilogue>();
        for (int t = 0; t < epilogues.length; t++) {
            epilogues[t] = cut.computeIfAbsent(
                    List.of(outputs.lastRow(t), outputs.columns(t)),
                    within -> new WinogradEpilogue(
                            tile, g.outW() * COUNT, within.get(0), within.get(1), adding, rectified));
        }
        int longest = Math.ceilDiv(outputs.tiles(), strips(outputs.tiles()));
        var products = new HashMap<Integer, Map<Integer, List<ChannelTiles.Placed>>>();
        int first = 0;
        for (int tiles : ConvTiles.portions(outputs.tiles(), longest)) {
            strips.add(new Strip(first, tiles, products.computeIfAbsent(tiles, this::products)));
            first += tiles;
        }
        this.shares = Math.clamp(Math.ceilDiv(TASKS, strips.size()), 1, layout.groups());
        // A line further than a power of two, so that the points of a tile do not share a set of the cache.
        this.inputPlane = longest * g.channels() + COUNT;
        this.outputPlane = (longest * WinogradChannelWeights.BLOCKS + 1) * COUNT;
    }

    /** An even number, so that two threads have the same work. */
    private static int strips(int tiles) {
        int strips = Math.ceilDiv(tiles, STRIP);
        return strips == 1 ? 1 : strips + strips % 2;
    }

    /** The code of the products for that many tiles, by number of blocks. */
    private Map<Integer, List<ChannelTiles.Placed>> products(int tiles) {
        if (!Simd.AVAILABLE) {
            return Map.of();
        }
        var code = new ChannelTiles(
                new ConvGeometry(g.channels(), 1, tiles, g.filters(), 1, 1, 1, 1, 0, 0, 1, 1), true, false, false);
        return IntStream.range(0, layout.groups())
                .mapToObj(i -> layout.group(i).blocks())
                .distinct()
                .collect(Collectors.toMap(blocks -> blocks, code::row));
    }

    /** Whether a convolution can be computed so: those of {@link WinogradLanes} with a kernel of 3x3 and stride 1. */
    public static boolean fits(ConvGeometry g) {
        return g.kernelH() == 3 && g.strideH() == 1 && WinogradLanes.fits(g);
    }

    /** Whether it is faster than {@link Conv2dChannels}: on maps large enough that reading more weights pays. */
    public static boolean pays(ConvGeometry g) {
        long direct = WinogradChannelWeights.TAPS * ((long) g.outH() * g.outW() + WinogradTile.READING);
        return WinogradTile.ofExample(g.outH(), g.outW()).cost(g.outH(), g.outW()) < PAYS * direct;
    }

    /** Number of tasks of {@link #run}. */
    public int tasks() {
        return strips.size() * shares;
    }

    /** Floating-point operations in the products of one example, a multiply-add as two. */
    public long flops() {
        return 2L * tile.points() * g.channels() * g.filters() * outputs.tiles();
    }

    /** Floats of scratch that {@link #run} needs. */
    public int scratch() {
        return tile.points() * (inputPlane + outputPlane + COUNT) + WinogradChannelWeights.BLOCKS * COUNT;
    }

    /**
     * Computes one task of one example.
     *
     * @param y {@code [filters / 16, outH, outW, 16]}
     * @param x {@code [channels / 16, height, width, 16]}
     * @param packed the weights, by {@link WinogradChannelWeights#pack}
     * @param added like {@code y}; not read if nothing is added
     * @param scratch {@link #scratch} floats
     */
    public void run(int task, Slice y, Slice x, Slice packed, Slice added, Slice scratch) {
        run(task, y, x, packed, added, scratch, Simd.AVAILABLE);
    }

    /** The same by vectors, or the products by their scalar twin. */
    void run(int task, Slice y, Slice x, Slice packed, Slice added, Slice scratch, boolean vectors) {
        Strip strip = strips.get(task % strips.size());
        int share = task / strips.size();
        int m = scratch.at() + tile.points() * inputPlane;
        int between = m + tile.points() * outputPlane;
        input(strip, x, scratch, between);
        for (int i = share * layout.groups() / shares; i < (share + 1) * layout.groups() / shares; i++) {
            var group = layout.group(i);
            if (vectors) {
                products(strip, group, scratch, m, between + tile.points() * COUNT, packed);
            } else {
                scalar(strip, group, scratch, m, packed);
            }
            output(strip, group, scratch.array(), m, between, y, packed, added);
        }
    }

    private void input(Strip strip, Slice x, Slice scratch, int between) {
        float[] s = scratch.array();
        int map = g.height() * g.width() * COUNT;
        for (int t = 0; t < strip.tiles; t++) {
            int index = strip.first + t;
            int to = scratch.at() + t * COUNT;
            inputs.clear(index, s, between);
            inputs.run(
                    index,
                    g.channels() / COUNT,
                    s,
                    to,
                    strip.tiles * COUNT,
                    inputPlane,
                    x.array(),
                    x.at(),
                    map,
                    s,
                    between);
        }
    }

    private void products(Strip strip, ChannelWeights.Group group, Slice scratch, int m, int zeros, Slice packed) {
        float[] s = scratch.array();
        Arrays.fill(s, zeros, zeros + group.blocks() * COUNT, 0f);
        var row = Objects.requireNonNull(strip.products.get(group.blocks()));
        for (int p = 0; p < tile.points(); p++) {
            int to = m + p * outputPlane;
            int from = scratch.at() + p * inputPlane;
            int weights = packed.at() + layout.weights(group, p);
            for (int i = 0; i < row.size(); i++) {
                var placed = row.get(i);
                int column = placed.column() * COUNT;
                placed.tile().run(s, to + column, s, from + column, packed.array(), weights, s, zeros, s, 0, 1);
            }
        }
    }

    /** Scalar twin of the products: the same sums in the same order. */
    private void scalar(Strip strip, ChannelWeights.Group group, Slice scratch, int m, Slice packed) {
        float[] s = scratch.array();
        int filters = group.blocks() * COUNT;
        for (int p = 0; p < tile.points(); p++) {
            int weights = packed.at() + layout.weights(group, p);
            for (int t = 0; t < strip.tiles; t++) {
                int from = scratch.at() + p * inputPlane + t * COUNT;
                for (int i = 0; i < filters; i++) {
                    float sum = 0f;
                    for (int c = 0; c < g.channels(); c++) {
                        float number = s[from + c / COUNT * strip.tiles * COUNT + c % COUNT];
                        sum = Math.fma(packed.array()[weights + c * filters + i], number, sum);
                    }
                    s[m + p * outputPlane + (i / COUNT * strip.tiles + t) * COUNT + i % COUNT] = sum;
                }
            }
        }
    }

    private void output(
            Strip strip,
            ChannelWeights.Group group,
            float[] s,
            int m,
            int between,
            Slice y,
            Slice packed,
            Slice added) {
        int map = g.outH() * g.outW() * COUNT;
        for (int b = 0; b < group.blocks(); b++) {
            int block = group.first() + b;
            for (int t = 0; t < strip.tiles; t++) {
                int index = strip.first + t;
                int at = block * map + outputs.offset(index, COUNT);
                epilogues[index].run(
                        y.array(),
                        y.at() + at,
                        s,
                        m + (b * strip.tiles + t) * COUNT,
                        tile.side() * outputPlane,
                        outputPlane,
                        s,
                        between,
                        packed.array(),
                        packed.at() + layout.starts(block),
                        added.array(),
                        added.at() + at);
            }
        }
    }
}
