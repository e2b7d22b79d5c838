package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PeakFlopsTest {
    /** Between a tenth of an operation and 8 vectors of multiply-adds a cycle, on processors of 0.5 to 8 GHz. */
    @Test
    void thePeakIsThatOfSomeRealProcessor() {
        double gigaflops = PeakFlops.measure(1);
        assertThat(gigaflops).isBetween(0.05, 8.0 * 8 * 2 * Simd.BITS / 32);
    }

    @Test
    void noThreadsAreRefused() {
        assertThatThrownBy(() -> PeakFlops.measure(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("[peakFlops]: 0 threads; at least 1 is needed");
    }
}
