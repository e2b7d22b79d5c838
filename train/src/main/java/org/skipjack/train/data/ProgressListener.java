package org.skipjack.train.data;

/** Is told what happens while a data set is looked for and downloaded. Called from the thread that asked for the data. */
public interface ProgressListener {

    /** Hears nothing. */
    ProgressListener SILENT = new ProgressListener() {
        @Override
        public void trying(String place) {}

        @Override
        public void received(String file, long bytes, long total) {}
    };

    /**
     * A slow place is about to be tried.
     *
     * @param place the place in words, for instance an address
     */
    void trying(String place);

    /**
     * More of a file has arrived; called a few times a second at most, and at its end.
     *
     * @param file the file's name
     * @param bytes received so far
     * @param total to be received, or -1 if the sender does not say
     */
    void received(String file, long bytes, long total);
}
