package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;
import static org.skipjack.kernels.Species.F;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Input gradient of a convolution of any stride, by adding each output pixel's share to the pixels that it saw. */
final class Conv2dLanesScatter {
    private Conv2dLanesScatter() {}

    static void inputGradient(float[] dx, int dxOff, float[] dy, int dyOff, float[] w, int wOff, ConvGeometry g) {
        int plane = g.height() * g.width() * COUNT;
        Arrays.fill(dx, dxOff, dxOff + g.channels() * plane, 0f);
        int taps = g.kernelH() * g.kernelW();
        int outW = g.outW();
        for (int o = 0; o < g.filters(); o++) {
            for (int oy = 0; oy < g.outH(); oy++) {
                for (int ox = 0; ox < outW; ox++) {
                    int gi = dyOff + ((o * g.outH() + oy) * outW + ox) * COUNT;
                    for (int t = 0; t < taps; t++) {
                        int iy = oy * g.strideH() - g.padH() + t / g.kernelW() * g.dilationH();
                        int ix = ox * g.strideW() - g.padW() + t % g.kernelW() * g.dilationW();
                        if (iy >= 0 && iy < g.height() && ix >= 0 && ix < g.width()) {
                            add(
                                    dx,
                                    dxOff + (iy * g.width() + ix) * COUNT,
                                    plane,
                                    dy,
                                    gi,
                                    w,
                                    wOff + o * g.channels() * taps + t,
                                    taps,
                                    g.channels());
                        }
                    }
                }
            }
        }
    }

    private static void add(
            float[] dx, int at, int plane, float[] dy, int gi, float[] w, int wi, int taps, int channels) {
        for (int l = 0; l < COUNT; l += Species.LENGTH) {
            FloatVector grad = FloatVector.fromArray(F, dy, gi + l);
            for (int c = 0; c < channels; c++) {
                int i = at + c * plane + l;
                grad.fma(FloatVector.broadcast(F, w[wi + c * taps]), FloatVector.fromArray(F, dx, i))
                        .intoArray(dx, i);
            }
        }
    }
}
