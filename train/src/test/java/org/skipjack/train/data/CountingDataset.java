package org.skipjack.train.data;

import java.util.List;
import java.util.stream.IntStream;

/** Example i is the four values i, i + 0.25, i + 0.5, i + 0.75 in shape {2, 2, 1}; its label is i mod 10. */
class CountingDataset implements Dataset {
    private final int size;

    CountingDataset(int size) {
        this.size = size;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int[] exampleShape() {
        return new int[] {2, 2, 1};
    }

    @Override
    public int classes() {
        return 10;
    }

    @Override
    public List<String> classNames() {
        return IntStream.range(0, 10).mapToObj(Integer::toString).toList();
    }

    @Override
    public int label(int index) {
        return index % 10;
    }

    @Override
    public void copyExample(int index, float[] target, int offset) {
        for (int i = 0; i < 4; i++) {
            target[offset + i] = index + i / 4f;
        }
    }

    @Override
    public String sha256() {
        return "0".repeat(64);
    }

    /** A data set that fails at one example. */
    static CountingDataset failingAt(int size, int index) {
        return new CountingDataset(size) {
            @Override
            public void copyExample(int example, float[] target, int offset) {
                if (example == index) {
                    throw new IllegalStateException("example " + example + " cannot be read");
                }
                super.copyExample(example, target, offset);
            }
        };
    }
}
