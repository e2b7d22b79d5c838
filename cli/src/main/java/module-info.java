/** The {@code skipjack} command. Open {@code org.skipjack.cli} first. */
module org.skipjack.cli {
    requires static org.jspecify;
    requires org.skipjack.kernels;
    requires org.skipjack.train;
    requires info.picocli;
    requires java.desktop;
    requires java.management;
    requires jdk.management;
    requires me.tongfei.progressbar;

    // Options are fields that picocli sets.
    opens org.skipjack.cli to
            info.picocli;
}
