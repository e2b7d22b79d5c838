package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skipjack.kernels.Conv2dLanes.Pass;

/** Kernels wait to be compiled from when they are generated until somebody takes them. */
class ColdKernelsTest {
    @BeforeEach
    void nothingWaits() {
        ColdKernels.take();
    }

    @Test
    void aGeneratedKernelIsTakenOnce() {
        Conv2dLanes.prepare(geometry(3, 41), Pass.BIASED_FORWARD);
        assertThat(ColdKernels.take().isEmpty()).isEqualTo(!Simd.AVAILABLE);
        Conv2dLanes.prepare(geometry(3, 41), Pass.BIASED_FORWARD);
        assertThat(ColdKernels.take()).isEmpty();
    }

    /** One that did would spoil the compiled code of all kernels. */
    @Test
    void noKernelLeavesTheScratch() {
        for (Pass pass : Pass.values()) {
            Conv2dLanes.prepare(geometry(20, 23), pass);
        }
        MatMulLanes.prepare(new MatMulGeometry(41, 43, 43, 1), true);
        WinogradLanes.forwardScratch(geometry(16, 23));
        WinogradLanes.gradientScratch(geometry(16, 23));
        var cold = ColdKernels.take();
        var scratch = new float[ColdKernels.SCRATCH];
        assertThatCode(() -> cold.forEach(kernel -> kernel.accept(scratch))).doesNotThrowAnyException();
    }

    @Test
    void aKernelThatReachesFartherThanTheScratchIsLeftAlone() {
        Conv2dLanes.prepare(geometry(3, 1000), Pass.FORWARD);
        assertThat(ColdKernels.take()).isEmpty();
    }

    /** What a first call generates would be compiled while a step waits for it. Sizes that no other test has. */
    @ParameterizedTest
    @CsvSource({"1, 1, 0", "1, 2, 0", "3, 1, 1", "3, 2, 1", "5, 1, 2", "5, 3, 2", "7, 2, 3"})
    void aPreparedConvolutionGeneratesNothingWhenItRuns(int kernel, int stride, int pad) {
        var g = new ConvGeometry(6, 17, 19, 5, kernel, kernel, stride, stride, pad, pad, 1, 1);
        for (Pass pass : Pass.values()) {
            Conv2dLanes.prepare(g, pass);
        }
        ColdKernels.take();

        float[] x = new float[g.channels() * g.height() * g.width() * Lanes.COUNT];
        float[] w = new float[g.filters() * g.taps()];
        float[] y = new float[g.filters() * g.outH() * g.outW() * Lanes.COUNT];
        Conv2dLanes.forward(y, 0, x, 0, w, 0, Conv2dLanes.NO_BIAS, 0, g);
        Conv2dLanes.forward(y, 0, x, 0, w, 0, new float[g.filters()], 0, g);
        Conv2dLanes.inputGradient(x, 0, y, 0, w, 0, g);
        var sums = new float[Conv2dLanes.sums(g)];
        for (int group = 0; group < Conv2dLanes.weightGroups(g); group++) {
            Conv2dLanes.weightGradient(w, 0, new Maps(y, 0, 0), new Maps(x, 0, 0), 1, group, g, sums, 0);
        }
        assertThat(ColdKernels.take()).isEmpty();
    }

    /** Maps whose tiles are cut by two rows, three, four and five. */
    @ParameterizedTest
    @ValueSource(ints = {29, 30, 31, 32})
    void aPreparedWinogradConvolutionGeneratesNothingWhenItRuns(int size) {
        ConvGeometry g = geometry(48, size);
        var filters = new float[WinogradLanes.filterScratch(g)];
        var forward = new float[WinogradLanes.forwardScratch(g)];
        var gradient = new float[WinogradLanes.gradientScratch(g)];
        ColdKernels.take();

        float[] x = new float[g.channels() * size * size * Lanes.COUNT];
        float[] w = new float[g.filters() * g.taps()];
        float[] u = new float[WinogradLanes.points(g) * WinogradLanes.filterPlane(g)];
        float[] y = new float[g.filters() * size * size * Lanes.COUNT];
        WinogradLanes.filters(slice(u), slice(w), WinogradLanes.Filters.FORWARD, g, 0, g.filters(), slice(filters));
        WinogradLanes.forward(slice(y), slice(x), slice(u), slice(Conv2dLanes.NO_BIAS), g, slice(forward));
        WinogradLanes.weightGradient(slice(w), slice(y), slice(x), g, slice(gradient));
        assertThat(ColdKernels.take()).isEmpty();
    }

    private static Slice slice(float[] array) {
        return new Slice(array, 0);
    }

    private static ConvGeometry geometry(int channels, int size) {
        return new ConvGeometry(channels, size, size, /* filters= */ 16, 3, 3, 1, 1, 1, 1, 1, 1);
    }
}
