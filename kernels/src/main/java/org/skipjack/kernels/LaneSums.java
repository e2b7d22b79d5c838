package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

/**
 * Sums over the 16 lanes of a block in one written-down order, whatever the machine's vector width: lanes {@code l} and
 * {@code l + 8} first, then {@code l + 4}, {@code l + 2}, {@code l + 1}.
 */
public final class LaneSums {
    private LaneSums() {}

    /** Sum of the 16 floats from {@code at}. */
    public static float of(float[] a, int at) {
        float s0 = (a[at] + a[at + 8]) + (a[at + 4] + a[at + 12]);
        float s1 = (a[at + 1] + a[at + 9]) + (a[at + 5] + a[at + 13]);
        float s2 = (a[at + 2] + a[at + 10]) + (a[at + 6] + a[at + 14]);
        float s3 = (a[at + 3] + a[at + 11]) + (a[at + 7] + a[at + 15]);
        return (s0 + s2) + (s1 + s3);
    }

    /** {@code out[i] = Σ_l a[16 i + l]} for 16 rows; {@code a} is scratch, and {@code out} may be its start. */
    public static void rows16(float[] out, int outAt, float[] a, int at) {
        if (Simd.AVAILABLE && Species.LENGTH == COUNT) {
            LaneSumsSimd.rows16(out, outAt, a, at);
        } else {
            for (int i = 0; i < COUNT; i++) {
                out[outAt + i] = of(a, at + i * COUNT);
            }
        }
    }

    /**
     * {@code out[i] = Σ_l a[16 i + l]} for {@code n} rows; {@code a} is overwritten, up to the next multiple of 16 rows.
     */
    static void rows(float[] out, int outAt, float[] a, int at, int n) {
        int i = 0;
        for (; i + COUNT <= n; i += COUNT) {
            rows16(out, outAt + i, a, at + i * COUNT);
        }
        if (i < n) {
            rows16(a, at + i * COUNT, a, at + i * COUNT);
            System.arraycopy(a, at + i * COUNT, out, outAt + i, n - i);
        }
    }
}
