package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skipjack.kernels.Draws.oneOf;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the shape, the code of a kernel is short enough to be compiled well. */
class GeneratedKernelsTest {
    /** Shapes that nets have, and that would be tens of thousands of bytes with all taps written out. */
    static Stream<ConvGeometry> unusual() {
        return Stream.of(
                // AlexNet's first layer.
                new ConvGeometry(3, 224, 224, 96, 11, 11, 4, 4, 2, 2, 1, 1),
                new ConvGeometry(3, 32, 32, 96, 11, 11, 1, 1, 5, 5, 1, 1),
                // Rows of sound or of text.
                new ConvGeometry(24, 1, 128, 16, 1, 31, 1, 1, 0, 15, 1, 1),
                new ConvGeometry(1, 1, 4000, 32, 1, 80, 4, 4, 0, 38, 1, 1),
                new ConvGeometry(1, 1, 3200, 80, 1, 251, 1, 1, 0, 125, 1, 1),
                new ConvGeometry(1, 1, 2000, 16, 1, 300, 4, 4, 0, 0, 1, 1),
                // Patches of pictures.
                new ConvGeometry(3, 224, 224, 192, 16, 16, 16, 16, 0, 0, 1, 1),
                // Far apart taps, as for segmentation.
                new ConvGeometry(8, 33, 33, 16, 3, 3, 1, 1, 12, 12, 12, 12),
                new ConvGeometry(40, 55, 55, 24, 13, 41, 1, 1, 24, 96, 4, 4),
                // A kernel of all pixels; a stride much larger than the kernel.
                new ConvGeometry(1, 28, 28, 100, 28, 28, 1, 1, 0, 0, 1, 1),
                new ConvGeometry(8, 256, 256, 16, 1, 1, 64, 64, 0, 0, 1, 1),
                new ConvGeometry(15, 1, 84, 40, 2, 1, 2, 2, 2, 0, 1, 1));
    }

    @ParameterizedTest
    @MethodSource("unusual")
    void ofUnusualConvolutionsAreSmallEnough(ConvGeometry g) {
        generate(g);
        requireSmallEnough();
    }

    @Test
    void ofDrawnConvolutionsAreSmallEnough() {
        var random = new Random(13);
        for (int i = 0; i < 150; i++) {
            generate(drawn(random));
        }
        requireSmallEnough();
    }

    private static ConvGeometry drawn(Random random) {
        int dilation = oneOf(random, 1, 1, 1, 1, 2, 3, 4, 6, 12, 18);
        int stride = oneOf(random, 1, 1, 1, 2, 2, 3, 4, 5, 8, 16, 32);
        int kernelH = oneOf(random, 1, 1, 2, 3, 5, 7, 11, 31);
        int kernelW = oneOf(random, 1, 1, 2, 3, 3, 4, 5, 7, 9, 11, 13, 15, 21, 31, 41, 64, 101);
        int padH = random.nextInt(kernelH + 1);
        int padW = random.nextBoolean() ? dilation * (kernelW - 1) / 2 : random.nextInt(dilation * kernelW + 1);
        int least = Math.max(1, dilation * (kernelW - 1) + 1 - 2 * padW);
        return new ConvGeometry(
                oneOf(random, 1, 3, 6, 16, 17, 24, 40),
                kernelH + random.nextInt(20),
                least + random.nextInt(random.nextBoolean() ? 8 : 100),
                oneOf(random, 1, 3, 6, 16, 17, 24, 40),
                kernelH,
                kernelW,
                random.nextInt(1, stride + 1),
                stride,
                padH,
                padW,
                1,
                dilation);
    }

    private static void generate(ConvGeometry g) {
        for (Conv2dLanes.Pass pass : Conv2dLanes.Pass.values()) {
            Conv2dLanes.prepare(g, pass);
        }
        for (boolean blocked : new boolean[] {false, true}) {
            assertThat(new Conv2dChannels(g, blocked, true, true).tasks()).isPositive();
        }
        ColdKernels.take();
    }

    /** All that this JVM has, those of other tests too. */
    private static void requireSmallEnough() {
        List<GeneratedKernels.Kernel> tooLarge = new ArrayList<>(GeneratedKernels.all());
        assertThat(tooLarge.isEmpty()).isEqualTo(!Simd.AVAILABLE);
        tooLarge.removeIf(kernel -> kernel.bytes() <= GeneratedKernels.LARGEST);
        assertThat(tooLarge).isEmpty();
    }
}
