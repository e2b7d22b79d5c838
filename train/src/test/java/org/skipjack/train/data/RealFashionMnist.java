package org.skipjack.train.data;

/** The real data set, where this machine has it. */
final class RealFashionMnist {

    static final DataSource SOURCE = DataSource.standard().offline();
    static final String WHY_SKIPPED =
            "Fashion-MNIST is not on this machine: install Debian's dataset-fashion-mnist or run 'skipjack data fetch'";

    private static final boolean AVAILABLE =
            FashionMnist.inspect(SOURCE).usable().isPresent();

    private RealFashionMnist() {}

    static boolean isAvailable() {
        return AVAILABLE;
    }
}
