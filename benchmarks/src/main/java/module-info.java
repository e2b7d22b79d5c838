/** Whole training steps beside LibTorch. Open {@code org.skipjack.benchmarks} first. */
module org.skipjack.benchmarks {
    requires static org.jspecify;
    requires info.picocli;
    requires org.bytedeco.pytorch;
    requires org.skipjack.train;

    // Picocli sets the options' fields.
    opens org.skipjack.benchmarks to
            info.picocli;
}
