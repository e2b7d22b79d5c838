package org.skipjack.cli;

import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.skipjack.train.data.DataSource;
import org.skipjack.train.data.ImageDataset;
import org.skipjack.train.run.RunDescription;

/**
 * The two halves of a published data set, at the size in which they are used.
 *
 * @param train to train on
 * @param test to test with
 */
record Halves(ImageDataset train, ImageDataset test) {

    private static final String TRAIN = "train_sha256";
    private static final String TEST = "test_sha256";

    static Halves load(Published dataset, DataSource source, OptionalInt side) throws IOException {
        return new Halves(ImageSize.resize(dataset.train(source), side), ImageSize.resize(dataset.test(source), side));
    }

    /** What they hold, as facts of a run. */
    Map<String, String> facts() {
        return new TreeMap<>(Map.of(TRAIN, train.sha256(), TEST, test.sha256()));
    }

    /**
     * Makes sure that these are the data of a run.
     *
     * @throws IllegalArgumentException if they are not
     */
    void refuseOthers(RunDescription run) {
        refuse("training", TRAIN, train, run);
        refuse("test", TEST, test, run);
    }

    private static void refuse(String half, String fact, ImageDataset found, RunDescription run) {
        String expected = run.environment().getOrDefault(fact, "");
        if (!expected.equals(found.sha256())) {
            throw new IllegalArgumentException("the " + half + " data are not those of the run: found SHA-256 "
                    + found.sha256() + ", expected " + expected + "; give the same ones with --data");
        }
    }
}
