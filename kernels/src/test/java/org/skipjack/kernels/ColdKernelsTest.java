package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
        List<Runnable> cold = ColdKernels.take();
        assertThatCode(() -> cold.forEach(Runnable::run)).doesNotThrowAnyException();
    }

    @Test
    void aKernelThatReachesFartherThanTheScratchIsLeftAlone() {
        Conv2dLanes.prepare(geometry(3, 1000), Pass.FORWARD);
        assertThat(ColdKernels.take()).isEmpty();
    }

    private static ConvGeometry geometry(int channels, int size) {
        return new ConvGeometry(channels, size, size, /* filters= */ 16, 3, 3, 1, 1, 1, 1, 1, 1);
    }
}
